#include "calls/endpoints.h"

namespace timock {
namespace {

constexpr Endpoint kServed[kServedCommands] = {
    {"all_member_push/im_set_attr_name", ReadSetAttrNameBody, SetAttrNames},
    {"all_member_push/im_get_attr_name", ReadGetAttrNameBody, GetAttrNames},
};

constexpr std::string_view kUnserved[] = {
    "all_member_push/im_set_attr",
    "all_member_push/im_get_attr",
    "all_member_push/im_remove_attr",
    "all_member_push/im_add_tag",
    "all_member_push/im_remove_tag",
    "all_member_push/im_get_tag",
    "all_member_push/im_remove_all_tags",
    "all_member_push/im_push",
    "openim/im_set_attr_name",
    "timpush/set_attr_name",
    // What backends call most often outside the family.
    "im_open_login_svc/account_import",
    "im_open_login_svc/multiaccount_import",
    "im_open_login_svc/account_delete",
    "im_open_login_svc/account_check",
    "im_open_login_svc/kick",
    "openim/query_online_status",
    "openim/sendmsg",
    "openim/batchsendmsg",
    "openim/importmsg",
    "openim/admin_getroammsg",
    "openim/admin_msgwithdraw",
    "openim/admin_set_msg_read",
    "openim/im_push",
    "profile/portrait_set",
    "profile/portrait_get",
    "sns/friend_add",
    "sns/friend_import",
    "sns/friend_update",
    "sns/friend_delete",
    "sns/friend_check",
    "sns/friend_get",
    "sns/friend_get_list",
    "sns/black_list_add",
    "group_open_http_svc/create_group",
    "group_open_http_svc/get_appid_group_list",
    "group_open_http_svc/get_group_info",
    "group_open_http_svc/get_group_member_info",
    "group_open_http_svc/modify_group_base_info",
    "group_open_http_svc/add_group_member",
    "group_open_http_svc/delete_group_member",
    "group_open_http_svc/get_joined_group_list",
    "group_open_http_svc/send_group_msg",
    "group_open_http_svc/send_group_system_notification",
    "group_open_http_svc/destroy_group",
    "group_open_http_svc/import_group",
    "timpush/push",
};

}  // namespace

std::span<const Endpoint, kServedCommands> ServedEndpoints() { return kServed; }

std::span<const std::string_view> UnservedCommands() { return kUnserved; }

}  // namespace timock
