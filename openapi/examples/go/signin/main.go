// Signs users in, waits for what their phones answer, and ends the sessions.
//
// Settings: IAMPASS_SERVER, IAMPASS_APPLICATION_ID, IAMPASS_APPLICATION_SECRET. It adds and deletes users, and
// has their phones answer by themselves: point it at `iampass emulator`, not at the service.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"example/authentication"
	"example/management"
	"example/signer"
)

var (
	server      = os.Getenv("IAMPASS_SERVER")
	application = os.Getenv("IAMPASS_APPLICATION_ID")
	secret      = os.Getenv("IAMPASS_APPLICATION_SECRET")
	ctx         = context.Background()
)

var errElsewhere = errors.New("not at " + server)

// signing signs for an application, or for a session with its token and secret.
func signing(id, secret string) *http.Client {
	return &http.Client{
		Transport: signer.Transport{ID: id, Secret: secret},
		Timeout:   20 * time.Second,
		// A redirect would be signed for a host that is not IAMPASS.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// session is a sign-in that has started. The service gives the URLs of its calls; its own token and secret sign them.
type session struct {
	*authentication.AuthenticationStatus
}

func (s session) call(method, target string, result any) error {
	// Whoever can change a response must not choose where signed requests go.
	if origin(target) != origin(server) {
		return fmt.Errorf("%w: %s", errElsewhere, target)
	}
	request, err := http.NewRequest(method, target, nil)
	if err != nil {
		return err
	}
	response, err := signing(s.GetSessionToken(), s.GetSessionSecret()).Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", response.Status, body)
	}
	return json.Unmarshal(body, result)
}

func (s session) status() (string, error) {
	var response authentication.SessionStatusResponse
	err := s.call(http.MethodGet, s.GetStatusUrl(), &response)
	status := response.GetSessionStatus()
	if nested := response.GetAuthenticationStatus(); status == "" {
		status = nested.GetSessionStatus()
	}
	if status == "time_out" {
		status = "timeout"
	}
	return status, err
}

// wait polls every two seconds until the user has answered.
func (s session) wait(limit time.Duration) (string, error) {
	for deadline := time.Now().Add(limit); ; time.Sleep(2 * time.Second) {
		status, err := s.status()
		if err != nil || (status != "pending" && status != "identifying") {
			return status, err
		}
		if time.Now().Add(2 * time.Second).After(deadline) {
			return status, fmt.Errorf("%s after %s", status, limit)
		}
	}
}

func (s session) end() (bool, error) {
	var response authentication.EndSessionResponse
	err := s.call(http.MethodPost, s.GetLogoutUrl(), &response)
	return response.GetStatus(), err
}

// origin is scheme, host, and port unless it is the scheme's own.
func origin(text string) string {
	u, err := url.Parse(text)
	must(err)
	host := strings.ToLower(u.Host)
	for scheme, port := range map[string]string{"http": ":80", "https": ":443"} {
		if u.Scheme == scheme {
			host = strings.TrimSuffix(host, port)
		}
	}
	return u.Scheme + "://" + host
}

// signIn gives the session, or the reason why the sign-in has not started.
func signIn(api *authentication.APIClient, user string) (session, string, error) {
	started, _, err := api.SessionsAPI.AuthenticateUser(ctx, application, user).
		Methods([]string{"acceptance", "device"}).DurationSeconds(600).Execute()
	if err != nil {
		var failure *authentication.GenericOpenAPIError
		if errors.As(err, &failure) {
			return session{}, "", fmt.Errorf("%v: %s", err, failure.Body())
		}
		return session{}, "", err
	}
	status := started.GetAuthenticationStatus()
	if !status.GetAuthenticated() {
		return session{}, status.GetReason(), nil
	}
	return session{&status}, "", nil
}

// answers lets the user's phone answer by itself what it is asked from now on.
func answers(user, outcome string) {
	path := fmt.Sprintf("%s/_emulator/v1/applications/%s/users/%s/sign-in", server, application, url.PathEscape(user))
	body := strings.NewReader(fmt.Sprintf(`{"outcome": %q, "after_ms": 200}`, outcome))
	request, err := http.NewRequest(http.MethodPut, path, body)
	must(err)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	must(err)
	expect(response.StatusCode == http.StatusOK, "%s", response.Status)
}

func asked() (all []struct {
	UserID  string `json:"user_id"`
	Methods []string
}) {
	response, err := http.Get(server + "/_emulator/v1/sign-ins")
	must(err)
	must(json.NewDecoder(response.Body).Decode(&all))
	return all
}

func life(users *management.APIClient, api *authentication.APIClient, user string) {
	list := *management.NewUserList([]string{user})
	added, _, err := users.UsersAPI.AddUsers(ctx, application).UserList(list).Execute()
	must(err)
	expect(added.GetStatus(), "%q was not added", user)
	_, reason, err := signIn(api, user)
	must(err)
	expect(reason == "NO_MOBILE_DEVICE", "reason %q", reason)

	link, _, err := users.DevicesAPI.DeviceRegistrationLink(ctx, application, user).Execute()
	must(err)
	// What the user's phone does with the link, and then with what it is asked.
	registered, err := http.Post(link.GetRegisterUrl(), "", nil)
	expect(err == nil && registered.StatusCode < 300, "%v %v", registered, err)
	answers(user, "active")

	active, reason, err := signIn(api, user)
	expect(err == nil && reason == "", "%q %v", reason, err)
	status, err := active.wait(30 * time.Second)
	expect(err == nil && status == "active", "%q %v", status, err)
	all := asked()
	last := all[len(all)-1]
	expect(last.UserID == user && fmt.Sprint(last.Methods) == "[acceptance device]", "%v", last)
	for range [2]int{} {
		// To end it twice is no error.
		ended, err := active.end()
		expect(err == nil && ended, "%v", err)
	}
	status, err = active.status()
	expect(err == nil && status == "closed", "%q %v", status, err)

	answers(user, "cancelled")
	cancelled, _, err := signIn(api, user)
	must(err)
	status, err = cancelled.wait(30 * time.Second)
	expect(err == nil && status == "cancelled", "%q %v", status, err)
	cancelled.SetLogoutUrl(strings.Replace(cancelled.GetLogoutUrl(), "://", "://elsewhere.example/", 1))
	_, err = cancelled.end()
	expect(errors.Is(err, errElsewhere), "a foreign host was called: %v", err)

	_, _, err = users.UsersAPI.DeleteUsers(ctx, application).UserList(list).Execute()
	must(err)
	_, _, err = signIn(api, user)
	expect(err != nil && strings.Contains(err.Error(), "not found"), "%q is still there: %v", user, err)
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func expect(holds bool, format string, arguments ...any) {
	if !holds {
		log.Fatalf(format, arguments...)
	}
}

func main() {
	toManagement, toAuthentication := management.NewConfiguration(), authentication.NewConfiguration()
	toManagement.Servers = management.ServerConfigurations{{URL: server}}
	toAuthentication.Servers = authentication.ServerConfigurations{{URL: server}}
	toManagement.HTTPClient = signing(application, secret)
	toAuthentication.HTTPClient = signing(application, secret)
	users, api := management.NewAPIClient(toManagement), authentication.NewAPIClient(toAuthentication)
	for _, user := range []string{"user1", "é/ä b"} {
		life(users, api, user)
	}
	fmt.Println("two users signed in, turned down and signed out")
}
