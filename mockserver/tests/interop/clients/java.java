import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * java.java USERSIG NAME: below $BASE, by default the host that is documented, sets a name, reads
 * the names back, prints both replies.
 */
class Client {
  public static void main(String[] arguments) throws IOException {
    call("im_set_attr_name", arguments[0], "{\"AttrNames\":{\"0\":\"" + arguments[1] + "\"}}");
    call("im_get_attr_name", arguments[0], "{}");
  }

  private static void call(String command, String userSig, String body) throws IOException {
    URL url =
        new URL(
            System.getenv().getOrDefault("BASE", "https://console.tim.qq.com")
                + "/v4/all_member_push/"
                + command
                + "?sdkappid=1400000000&identifier=administrator&usersig="
                + URLEncoder.encode(userSig, StandardCharsets.UTF_8)
                + "&random=7&contenttype=json");
    HttpURLConnection connection = (HttpURLConnection) url.openConnection();
    connection.setRequestMethod("POST");
    connection.setRequestProperty("Content-Type", "application/json");
    connection.setDoOutput(true);
    try (OutputStream out = connection.getOutputStream()) {
      out.write(body.getBytes(StandardCharsets.UTF_8));
    }
    try (InputStream in = connection.getInputStream()) {
      System.out.println(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
