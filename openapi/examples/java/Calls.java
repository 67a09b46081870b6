import iampass.management.ApiClient;
import iampass.management.ApiException;
import iampass.management.api.DevicesApi;
import iampass.management.api.UsersApi;
import iampass.management.model.UserList;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

/**
 * All five calls, for users with all kinds of ids.
 *
 * <p>Settings: IAMPASS_SERVER, IAMPASS_APPLICATION_ID, IAMPASS_APPLICATION_SECRET. It adds users, disables
 * their phones and deletes them: point it at `iampass emulator`, not at the service.
 */
class Calls {
  private static final String APPLICATION = System.getenv("IAMPASS_APPLICATION_ID");
  private static final List<String> USERS = List.of(
      "user1", "alice+test@example.com", "é/ä b", "DOMAIN\\alice", "a%2Fb?c#d", "日本語 🦀", "(a)!'*;b");

  /** A refusal is an HTTP 200: only the status tells. Anything but 200 and 201 is an ApiException. */
  private static void succeeded(boolean status, String reason) {
    if (!status) throw new IllegalStateException("refused: " + reason);
  }

  private static void expect(boolean holds, String otherwise) {
    if (!holds) throw new AssertionError(otherwise);
  }

  /** A URL path cannot carry these three: the call would arrive elsewhere. */
  private static String segment(String user) {
    if (List.of("", ".", "..").contains(user)) throw new IllegalArgumentException("not a user id");
    return user;
  }

  private static boolean hasPhone(DevicesApi devices, String user) throws ApiException {
    var answer = devices.hasRegisteredMobileDevice(APPLICATION, segment(user));
    succeeded(answer.getStatus(), answer.getReason());
    return answer.getDeviceRegistered();
  }

  public static void main(String[] arguments) throws Exception {
    ApiClient client = new ApiClient();
    client.updateBaseUri(System.getenv("IAMPASS_SERVER"));
    client.setRequestInterceptor(new Signer(APPLICATION, System.getenv("IAMPASS_APPLICATION_SECRET")));
    UsersApi users = new UsersApi(client);
    DevicesApi devices = new DevicesApi(client);

    for (String user : USERS) {
      UserList list = new UserList().users(List.of(user));
      var added = users.addUsers(APPLICATION, list);
      succeeded(added.getStatus(), added.getReason());
      expect(added.getUsers().getCreated().equals(list.getUsers()), user + " is not new");
      expect(!hasPhone(devices, user), user + " has a phone before it registered one");

      var link = devices.deviceRegistrationLink(APPLICATION, segment(user), "Zoë & 100% + more");
      succeeded(link.getStatus(), link.getReason());
      // What the user's phone does with the link.
      var registration = HttpRequest.newBuilder(URI.create(link.getRegisterUrl()));
      var phone = HttpClient.newHttpClient().send(
          registration.POST(HttpRequest.BodyPublishers.noBody()).build(), HttpResponse.BodyHandlers.ofString());
      expect(phone.statusCode() < 300 && hasPhone(devices, user), user + " has no phone");

      var next = devices.lostUserMobileDevice(APPLICATION, segment(user));
      succeeded(next.getStatus(), next.getReason());
      expect(!next.getRegisterUrl().equals(link.getRegisterUrl()), user + " keeps the lost phone's link");
      expect(!hasPhone(devices, user), user + " keeps the lost phone");

      var deleted = users.deleteUsers(APPLICATION, list);
      succeeded(deleted.getStatus(), deleted.getReason());
      try {
        hasPhone(devices, user);
        expect(false, user + " is still there");
      } catch (ApiException failure) {
        expect(failure.getCode() == 404 && failure.getResponseBody().contains("not found"), failure.toString());
      }
    }
    System.out.printf("five calls for each of %d users%n", USERS.size());
  }
}
