// All five calls, for users with all kinds of ids.
//
// Settings: IAMPASS_SERVER, IAMPASS_APPLICATION_ID, IAMPASS_APPLICATION_SECRET. It adds users, disables
// their phones and deletes them: point it at `iampass emulator`, not at the service.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"

	"example/management"
	"example/signer"
)

var application = os.Getenv("IAMPASS_APPLICATION_ID")

// answer is what every answer of IAMPASS has.
type answer interface{ GetStatus() bool }

// check ends the program unless a call succeeded. A refusal is an HTTP 200: only the status tells.
func check(what answer, response *http.Response, err error) {
	if err != nil {
		var failure *management.GenericOpenAPIError
		if errors.As(err, &failure) {
			log.Fatalf("%v: %s", err, failure.Body())
		}
		log.Fatal(err)
	}
	if !what.GetStatus() {
		log.Fatalf("refused: %+v", what)
	}
}

func expect(holds bool, format string, arguments ...any) {
	if !holds {
		log.Fatalf(format, arguments...)
	}
}

// segment refuses what a URL path cannot carry: the call would arrive elsewhere.
func segment(user string) string {
	expect(user != "" && user != "." && user != "..", "%q cannot be a user id", user)
	return user
}

func life(api *management.APIClient, user string) {
	ctx, users := context.Background(), *management.NewUserList([]string{user})
	hasPhone := func() bool {
		has, response, err := api.DevicesAPI.HasRegisteredMobileDevice(ctx, application, segment(user)).Execute()
		check(has, response, err)
		return has.GetDeviceRegistered()
	}

	added, response, err := api.UsersAPI.AddUsers(ctx, application).UserList(users).Execute()
	check(added, response, err)
	created := added.GetUsers().Created
	expect(len(created) == 1 && created[0] == user, "created %q", created)
	expect(!hasPhone(), "%q has a phone before it registered one", user)

	link, response, err := api.DevicesAPI.DeviceRegistrationLink(ctx, application, segment(user)).
		DisplayName("Zoë & 100% + more").Execute()
	check(link, response, err)
	// What the user's phone does with the link.
	registered, err := http.Post(link.GetRegisterUrl(), "", nil)
	expect(err == nil && registered.StatusCode < 300, "%v %v", registered, err)
	expect(hasPhone(), "%q has no phone", user)

	next, response, err := api.DevicesAPI.LostUserMobileDevice(ctx, application, segment(user)).Execute()
	check(next, response, err)
	expect(next.GetRegisterUrl() != link.GetRegisterUrl() && !hasPhone(), "%q keeps the lost phone", user)

	deleted, response, err := api.UsersAPI.DeleteUsers(ctx, application).UserList(users).Execute()
	check(deleted, response, err)
	_, response, err = api.DevicesAPI.HasRegisteredMobileDevice(ctx, application, segment(user)).Execute()
	var failure *management.GenericOpenAPIError
	notFound := errors.As(err, &failure) && strings.Contains(string(failure.Body()), "not found")
	expect(notFound && response.StatusCode == 404, "unknown user: %v", err)
}

func main() {
	settings := management.NewConfiguration()
	settings.Servers = management.ServerConfigurations{{URL: os.Getenv("IAMPASS_SERVER")}}
	settings.HTTPClient = &http.Client{
		Transport: signer.Transport{ID: application, Secret: os.Getenv("IAMPASS_APPLICATION_SECRET")},
		// A redirect would be signed for a host that is not IAMPASS.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	users := []string{
		"user1", "alice+test@example.com", "é/ä b", "DOMAIN\\alice", "a%2Fb?c#d", "日本語 🦀", "(a)!'*;b",
	}
	for _, user := range users {
		life(management.NewAPIClient(settings), user)
	}
	fmt.Printf("five calls for each of %d users\n", len(users))
}
