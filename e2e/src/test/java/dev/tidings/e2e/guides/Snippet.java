package dev.tidings.e2e.guides;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import javax.tools.ToolProvider;

/** Statements in Java of a page, which are given a token, a key for Pushy and a payload. */
final class Snippet {
  private static final String CLASS =
      """
      import static java.nio.charset.StandardCharsets.UTF_8;
      import com.eatthepath.pushy.apns.*;
      import com.eatthepath.pushy.apns.auth.*;
      import com.eatthepath.pushy.apns.util.*;
      import dev.tidings.device.*;
      import dev.tidings.provider.*;
      import dev.tidings.schemas.avro.Notification;
      import java.io.File;
      import java.net.URI;
      import java.nio.ByteBuffer;
      import java.util.*;
      import org.apache.kafka.clients.producer.*;

      public final class %s {
        public static void run(String token, java.security.interfaces.ECPrivateKey ofTeam) throws Exception {
          ApnsSigningKey key = new ApnsSigningKey("KEYKEYKEY1", "TEAMTEAM01", ofTeam);
          {
      %s
          }
        }

        private static final String payload = "{\\"aps\\":{\\"alert\\":\\"From Java\\"}}";
      }
      """;

  private Snippet() {}

  /** Compiles them against the class path of this test, and runs them to their end. */
  static void run(Path directory, int number, String statements, String token) throws Exception {
    String name = "Snippet" + number;
    Path source = directory.resolve(name + ".java");
    Files.writeString(source, CLASS.formatted(name, statements));
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                said,
                said,
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-proc:none",
                        "-d",
                        directory.toString(),
                        source.toString())
                    .toArray(String[]::new));
    if (code != 0) {
      throw new AssertionError(statements + "\n" + said.toString(UTF_8));
    }
    KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
    keys.initialize(new ECGenParameterSpec("secp256r1"));
    try (URLClassLoader classes =
        new URLClassLoader(new URL[] {directory.toUri().toURL()}, Snippet.class.getClassLoader())) {
      classes
          .loadClass(name)
          .getMethod("run", String.class, ECPrivateKey.class)
          .invoke(null, token, keys.generateKeyPair().getPrivate());
    }
  }
}
