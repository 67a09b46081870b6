import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/** Replays the signing vectors. Argument: signing-vectors.json. */
class Vectors {
  public static void main(String[] arguments) throws Exception {
    JsonNode vectors = new ObjectMapper().readTree(new File(arguments[0]));
    int signed = 0;
    for (JsonNode vector : vectors.get("positive")) {
      String url = Signer.signedUrl(URI.create(vector.get("url").asText()));
      expect(url, vector.get("signed_url").asText(), vector);
      Signer signer = new Signer(vector.get("id").asText(), vector.get("secret").asText());
      Map<String, String> headers = new HashMap<>();
      vector.get("headers").fields().forEachRemaining(entry -> headers.put(entry.getKey(), entry.getValue().asText()));
      long nonce = Long.parseUnsignedLong(vector.get("nonce").asText());
      expect(signer.sign(url, nonce, vector.get("timestamp").asLong()), headers, vector);
      signed++;
    }
    int wrong = 0;
    for (JsonNode vector : vectors.get("negative")) {
      if (!vector.get("reason").asText().equals("signature_mismatch")) continue;
      Map<String, String> headers = new HashMap<>();
      for (JsonNode pair : vector.get("request").get("headers")) headers.put(pair.get(0).asText(), pair.get(1).asText());
      String[] parts = headers.get("Authentication").replace("hmac ", "").split(":");
      Signer signer = new Signer(parts[0], vector.get("secrets").get(parts[0]).asText());
      String url = vector.get("request").get("url").asText().split("://", 2)[1];
      long time = Long.parseLong(headers.get("X-IAMPASS-Authentication-Timestamp"));
      String made = signer.sign(url, Long.parseUnsignedLong(parts[1]), time).get("Authentication");
      if (made.equals(headers.get("Authentication"))) throw new AssertionError(vector.get("name") + ": signed alike");
      wrong++;
    }
    if (signed == 0 || wrong == 0) throw new AssertionError("no vectors");
    System.out.printf("%d vectors signed alike, %d wrong signatures told apart%n", signed, wrong);
  }

  private static void expect(Object made, Object expected, JsonNode vector) {
    if (!made.equals(expected)) throw new AssertionError(vector.get("name") + ": " + made + ", expected " + expected);
  }
}
