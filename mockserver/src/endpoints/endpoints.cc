#include "endpoints/endpoints.h"

namespace timock {
namespace {

constexpr Endpoint kServed[kServedCommands] = {
    {"all_member_push/im_set_attr_name", SetAttrNameBodyRefused, SetAttrNameApplyRefused},
    {"all_member_push/im_get_attr_name", GetAttrNameBodyRefused, GetAttrNameApplyRefused},
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
};

}  // namespace

std::span<const Endpoint, kServedCommands> ServedEndpoints() { return kServed; }

std::span<const std::string_view> UnservedCommands() { return kUnserved; }

}  // namespace timock
