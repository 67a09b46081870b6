import java.net.URI;
import java.net.http.HttpRequest;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.*;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import static java.nio.charset.StandardCharsets.UTF_8;

/** Signs requests of the generated client: {@code new ApiClient().setRequestInterceptor(new Signer(id, secret))}. */
record Signer(String id, String secret) implements Consumer<HttpRequest.Builder> {
  /** The headers for a URL (as sent, without {@code scheme://}), a nonce (unsigned) and a time in Unix seconds. */
  Map<String, String> sign(String signedUrl, long nonce, long time) throws GeneralSecurityException {
    String n = Long.toUnsignedString(nonce);
    byte[] hash = MessageDigest.getInstance("SHA-256").digest((n + secret).getBytes(UTF_8));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(hash, 0, 16, "HmacSHA256"));
    byte[] digest = Arrays.copyOf(mac.doFinal((n + signedUrl + time).getBytes(UTF_8)), 16);
    return Map.of(
        "Authentication", "hmac " + id + ":" + n + ":" + Base64.getEncoder().encodeToString(digest),
        "X-IAMPASS-Authentication-Timestamp", Long.toString(time),
        "X-IAMPASS-Authentication-Version", "1", "X-IAMOASS-Authentication-Version", "1");
  }

  /** What the HTTP client puts into the Host header and the request line. */
  static String signedUrl(URI uri) {
    return uri.getRawAuthority() + uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
  }

  @Override public void accept(HttpRequest.Builder request) {
    try {
      String url = signedUrl(request.copy().build().uri());
      sign(url, new SecureRandom().nextLong(), System.currentTimeMillis() / 1000).forEach(request::setHeader);
      request.setHeader("Cache-Control", "no-cache");
    } catch (GeneralSecurityException error) { throw new IllegalStateException(error); }
  }
}
