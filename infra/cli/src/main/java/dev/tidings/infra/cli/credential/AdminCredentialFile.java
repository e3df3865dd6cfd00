package dev.tidings.infra.cli.credential;

import dev.tidings.control.credential.BearerSecret;
import dev.tidings.control.credential.EntryIds;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.service.files.PrivateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * The credential of the local stack's administrator: made once, in a file for its owner alone. The
 * service is told its hash.
 */
public final class AdminCredentialFile {
  private final Path path;
  private final BearerSecret secret;

  private AdminCredentialFile(Path path, BearerSecret secret) {
    this.path = path;
    this.secret = secret;
  }

  /** Returns the one of a stack; a new one is not in its file yet. */
  public static AdminCredentialFile in(Path data) {
    Path path = data.toAbsolutePath().normalize().resolve("admin.credential");
    try {
      return new AdminCredentialFile(
          path,
          Files.exists(path)
              ? read(path)
              : BearerSecret.ofAdministrator(EntryIds.random(id -> false)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static BearerSecret read(Path path) throws IOException {
    return BearerSecret.read(Files.readString(path).strip())
        .orElseThrow(() ->
            new InvalidValueException(
                path.toString(),
                "another content",
                "tad_… as it was written; without the file, another one is made"));
  }

  /** Writes the file, if there is none. */
  public AdminCredentialFile keep() {
    try {
      if (!Files.exists(path)) {
        PrivateFile.write(path, secret.reveal() + System.lineSeparator());
      }
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the value of {@code auth.admin.credential}. */
  public String setting() {
    byte[] hash = new byte[secret.hash().remaining()];
    secret.hash().get(hash);
    return secret.id() + ":" + HexFormat.of().formatHex(hash);
  }

  /**
   * Returns the address of the console, for people: whoever opens it has signed in. What is behind
   * the hash is not sent to any server.
   */
  public String console(String adminPort) {
    return "Console: http://%s/console/#/sign-in?credential=%s"
        .formatted(adminPort, secret.reveal());
  }

  /** Returns how to use it, for people. */
  public String howTo(String adminPort) {
    return "Administration: curl -H \"Authorization: Bearer $(cat %s)\" http://%s/v1/admin/teams"
        .formatted(ShellWord.of(path.toString()), adminPort);
  }
}
