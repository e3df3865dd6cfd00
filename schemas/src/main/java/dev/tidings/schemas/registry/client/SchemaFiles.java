package dev.tidings.schemas.registry.client;

import dev.tidings.schemas.registry.config.RegistryConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps schemas in files, one for each id, each with a digest: a damaged file is ignored. Ids are
 * specific to a registry, so each set of registries has its own directory.
 */
public final class SchemaFiles implements SchemaStore {
  private static final Logger LOG = LoggerFactory.getLogger(SchemaFiles.class);

  /** The limit of files: ids come from records, which any producer may write. */
  private static final int MOST_FILES = 1_000;

  private static final int MAX_BYTES = 4 * 1024 * 1024;
  private static final int DIGEST_LENGTH = 64;

  private final Path directory;
  private final AtomicInteger files = new AtomicInteger();

  /**
   * @param directory for schemas of all registries; created when the first one is kept
   * @param registries the registries that assigned the ids
   */
  public SchemaFiles(Path directory, RegistryConfig registries) {
    String urls = registries.urls().stream().map(Object::toString).collect(Collectors.joining(","));
    this.directory = directory.resolve(digest(urls).substring(0, 16));
    try (Stream<Path> before = Files.list(this.directory)) {
      files.set((int) before.count());
    } catch (IOException e) {
      LOG.debug("no schemas kept in {}: {}", this.directory, e.toString());
    }
  }

  @Override
  public Optional<Schema> find(int id) {
    Path file = file(id);
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
        return Optional.empty();
      }
      String text = Files.readString(file);
      String schema = text.substring(Math.min(text.length(), DIGEST_LENGTH + 1));
      if (!text.startsWith(digest(schema) + "\n")) {
        LOG.warn("{} is damaged, and not used", file);
        return Optional.empty();
      }
      Schema.Parser parser = new Schema.Parser();
      parser.setValidateDefaults(false);
      LOG.info("schema {} is taken from {}, since no registry can be reached", id, file);
      return Optional.of(parser.parse(schema));
    } catch (IOException | AvroRuntimeException | StackOverflowError e) {
      LOG.warn("{} can't be read, and is not used: {}", file, e.toString());
      return Optional.empty();
    }
  }

  @Override
  public void keep(int id, Schema schema) {
    Path file = file(id);
    String text = schema.toString();
    if (text.length() > MAX_BYTES || isKept(file, text) || !mayKeep(file)) {
      return;
    }
    try {
      Files.createDirectories(directory);
      Path beside = Files.createTempFile(directory, id + "-", ".new");
      Files.writeString(beside, digest(text) + "\n" + text);
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.warn("schema {} is not kept in {}: {}", id, directory, e.toString());
    }
  }

  private static boolean isKept(Path file, String text) {
    try {
      return Files.isRegularFile(file)
          && Files.size(file) <= MAX_BYTES
          && Files.readString(file).equals(digest(text) + "\n" + text);
    } catch (IOException e) {
      return false;
    }
  }

  private boolean mayKeep(Path file) {
    return Files.exists(file) || files.incrementAndGet() <= MOST_FILES;
  }

  private Path file(int id) {
    return directory.resolve(id + ".avsc");
  }

  private static String digest(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
