// go.go USERSIG NAME: below $BASE, by default the host that is documented, sets a name, reads the names back, prints both replies.
package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"
)

func call(command, userSig, body string) {
	query := url.Values{
		"sdkappid":    {"1400000000"},
		"identifier":  {"administrator"},
		"usersig":     {userSig},
		"random":      {"7"},
		"contenttype": {"json"},
	}
	base := os.Getenv("BASE")
	if base == "" {
		base = "https://console.tim.qq.com"
	}
	target := base + "/v4/all_member_push/" + command + "?" + query.Encode()
	reply, err := http.Post(target, "application/json", strings.NewReader(body))
	if err != nil {
		log.Fatal(err)
	}
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(text))
}

func main() {
	userSig, name := os.Args[1], os.Args[2]
	call("im_set_attr_name", userSig, `{"AttrNames":{"0":"`+name+`"}}`)
	call("im_get_attr_name", userSig, `{}`)
}
