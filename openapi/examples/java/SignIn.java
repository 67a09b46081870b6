import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import iampass.authentication.JSON;
import iampass.authentication.api.SessionsApi;
import iampass.authentication.model.AuthenticationStatus;
import iampass.authentication.model.EndSessionResponse;
import iampass.authentication.model.SessionStatusResponse;
import iampass.management.api.DevicesApi;
import iampass.management.api.UsersApi;
import iampass.management.model.UserList;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Signs users in, waits for what their phones answer, and ends the sessions.
 *
 * <p>Settings: IAMPASS_SERVER, IAMPASS_APPLICATION_ID, IAMPASS_APPLICATION_SECRET. It adds and deletes users, and
 * has their phones answer by themselves: point it at `iampass emulator`, not at the service.
 */
class SignIn {
  private static final String SERVER = System.getenv("IAMPASS_SERVER");
  private static final String APPLICATION = System.getenv("IAMPASS_APPLICATION_ID");
  private static final Signer SIGNER = new Signer(APPLICATION, System.getenv("IAMPASS_APPLICATION_SECRET"));
  // It follows no redirects, which would be signed for a host that is not IAMPASS.
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** A sign-in that has started. The service gives the URLs of its calls; its own token and secret sign them. */
  record Session(AuthenticationStatus started) {
    private <T> T call(String method, String url, Class<T> type) throws IOException, InterruptedException {
      // Whoever can change a response must not choose where signed requests go.
      if (!origin(url).equals(origin(SERVER))) throw new SecurityException("not at " + SERVER + ": " + url);
      var request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(20));
      request.method(method, BodyPublishers.noBody());
      new Signer(started.getSessionToken(), started.getSessionSecret()).accept(request);
      var response = HTTP.send(request.build(), BodyHandlers.ofString());
      if (response.statusCode() != 200) throw new IOException(response.statusCode() + ": " + response.body());
      return JSON.getDefault().getMapper().readValue(response.body(), type);
    }

    String status() throws IOException, InterruptedException {
      var response = call("GET", started.getStatusUrl(), SessionStatusResponse.class);
      String status = response.getSessionStatus();
      if (status == null) status = response.getAuthenticationStatus().getSessionStatus();
      return status.equals("time_out") ? "timeout" : status;
    }

    /** Polls every two seconds until the user has answered. */
    String waitFor(Duration limit) throws IOException, InterruptedException {
      long deadline = System.nanoTime() + limit.toNanos();
      for (Duration pause = Duration.ofSeconds(2);; Thread.sleep(pause.toMillis())) {
        String status = status();
        if (!List.of("pending", "identifying").contains(status)) return status;
        if (System.nanoTime() + pause.toNanos() > deadline) throw new IOException(status + " after " + limit);
      }
    }

    boolean end() throws IOException, InterruptedException {
      return call("POST", started.getLogoutUrl(), EndSessionResponse.class).getStatus();
    }
  }

  /** Scheme, host, and port unless it is the scheme's own. */
  private static String origin(String url) {
    URI uri = URI.create(url);
    int port = uri.getPort() == Map.of("http", 80, "https", 443).getOrDefault(uri.getScheme(), -1) ? -1 : uri.getPort();
    return uri.getScheme() + "://" + String.valueOf(uri.getHost()).toLowerCase() + ":" + port;
  }

  /** The sign-in, whether it has started or not. Anything but 200 and 202 is an ApiException. */
  private static AuthenticationStatus signIn(SessionsApi sessions, String user) throws Exception {
    var methods = List.of("acceptance", "device");
    return sessions.authenticateUser(APPLICATION, user, methods, 600).getAuthenticationStatus();
  }

  private static Session started(SessionsApi sessions, String user) throws Exception {
    var started = signIn(sessions, user);
    expect(started.getAuthenticated(), user + ": " + started.getReason());
    return new Session(started);
  }

  /** Lets the user's phone answer by itself what it is asked from now on. */
  private static void answers(String user, String outcome) throws Exception {
    String id = URLEncoder.encode(user, UTF_8).replace("+", "%20");
    String path = "/_emulator/v1/applications/" + APPLICATION + "/users/" + id + "/sign-in";
    var request = HttpRequest.newBuilder(URI.create(SERVER + path)).header("Content-Type", "application/json");
    request.PUT(BodyPublishers.ofString("{\"outcome\": \"" + outcome + "\", \"after_ms\": 200}"));
    expect(HTTP.send(request.build(), BodyHandlers.discarding()).statusCode() == 200, path);
  }

  private static JsonNode lastAsked() throws Exception {
    var request = HttpRequest.newBuilder(URI.create(SERVER + "/_emulator/v1/sign-ins")).build();
    var all = new ObjectMapper().readTree(HTTP.send(request, BodyHandlers.ofString()).body());
    return all.get(all.size() - 1);
  }

  private static void expect(boolean holds, String otherwise) {
    if (!holds) throw new AssertionError(otherwise);
  }

  public static void main(String[] arguments) throws Exception {
    var management = new iampass.management.ApiClient();
    management.updateBaseUri(SERVER);
    management.setRequestInterceptor(SIGNER);
    var authentication = new iampass.authentication.ApiClient();
    authentication.updateBaseUri(SERVER);
    authentication.setRequestInterceptor(SIGNER);
    SessionsApi sessions = new SessionsApi(authentication);
    UsersApi users = new UsersApi(management);

    for (String user : List.of("user1", "é/ä b")) {
      UserList list = new UserList().users(List.of(user));
      expect(users.addUsers(APPLICATION, list).getStatus(), user + " was not added");
      var refused = signIn(sessions, user);
      expect(!refused.getAuthenticated() && refused.getReason().equals("NO_MOBILE_DEVICE"), refused.toString());

      // What the user's phone does with the link, and then with what it is asked.
      String link = new DevicesApi(management).deviceRegistrationLink(APPLICATION, user, null).getRegisterUrl();
      var registration = HttpRequest.newBuilder(URI.create(link)).POST(BodyPublishers.noBody()).build();
      expect(HTTP.send(registration, BodyHandlers.discarding()).statusCode() < 300, "no phone");

      answers(user, "active");
      Session session = started(sessions, user);
      expect(session.waitFor(Duration.ofSeconds(30)).equals("active"), "not active");
      JsonNode asked = lastAsked();
      expect(asked.get("user_id").asText().equals(user), asked.toString());
      expect(asked.get("methods").toString().equals("[\"acceptance\",\"device\"]"), asked.toString());
      // To end it twice is no error.
      expect(session.end() && session.end(), "not ended");
      expect(session.status().equals("closed"), "not closed");

      answers(user, "cancelled");
      Session cancelled = started(sessions, user);
      expect(cancelled.waitFor(Duration.ofSeconds(30)).equals("cancelled"), "not cancelled");
      String elsewhere = cancelled.started().getLogoutUrl().replace("://", "://elsewhere.example/");
      cancelled.started().setLogoutUrl(elsewhere);
      try {
        cancelled.end();
        expect(false, "a foreign host was called");
      } catch (SecurityException refusal) {
        expect(refusal.getMessage().contains(elsewhere), refusal.toString());
      }

      expect(users.deleteUsers(APPLICATION, list).getStatus(), user + " was not deleted");
      try {
        signIn(sessions, user);
        expect(false, user + " is still there");
      } catch (iampass.authentication.ApiException failure) {
        expect(failure.getCode() == 404 && failure.getResponseBody().contains("not found"), failure.toString());
      }
    }
    System.out.println("two users signed in, turned down and signed out");
  }
}
