package dev.tidings.schemas.registry.known;

import dev.tidings.schemas.registry.config.RegistryConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps schemas in files, one for each id, each with a digest: a damaged file is ignored, and
 * replaced. A sound one is never replaced: the records of the log name the schema by its id, so
 * whatever registry gives another one to the id is not the one that gave it first.
 */
public final class SchemaFiles implements SchemaStore {
  private static final Logger LOG = LoggerFactory.getLogger(SchemaFiles.class);

  /** The limit of files: ids come from records, which any producer may write. */
  private static final int MOST_FILES = 1_000;

  private static final int MAX_BYTES = 4 * 1024 * 1024;
  private static final int DIGEST_LENGTH = 64;
  private static final String SUFFIX = ".avsc";
  private static final String UNFINISHED = ".new";

  private final Path directory;
  private final Set<Integer> ids = new ConcurrentSkipListSet<>();

  /**
   * @param directory for the schemas; created when the first one is kept
   * @param registries the registries that assigned the ids: earlier versions kept those of each
   *     apart, which are taken over
   */
  public SchemaFiles(Path directory, RegistryConfig registries) {
    this.directory = directory;
    String urls = registries.urls().stream().map(Object::toString).collect(Collectors.joining(","));
    takeOver(directory.resolve(SchemaPrint.digest(urls).substring(0, 16)));
    for (Path file : list(directory)) {
      String name = String.valueOf(file.getFileName());
      if (name.endsWith(UNFINISHED)) {
        delete(file);
      } else if (name.matches("[0-9]{1,9}\\.avsc")) {
        ids.add(Integer.parseInt(name.substring(0, name.length() - SUFFIX.length())));
      }
    }
  }

  private void takeOver(Path earlier) {
    for (Path file : list(earlier)) {
      Path target = directory.resolve(file.getFileName());
      if (String.valueOf(file.getFileName()).endsWith(SUFFIX) && !Files.exists(target)) {
        try {
          Files.move(file, target);
        } catch (IOException e) {
          LOG.warn("{} is not taken over: {}", file, e.toString());
        }
      }
    }
  }

  private static List<Path> list(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.limit(2 * MOST_FILES).toList();
    } catch (IOException e) {
      LOG.debug("no schemas kept in {}: {}", directory, e.toString());
      return List.of();
    }
  }

  @Override
  public Set<Integer> ids() {
    return Set.copyOf(ids);
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
      if (!text.startsWith(SchemaPrint.digest(schema) + "\n")) {
        LOG.warn("{} is damaged, and not used", file);
        return Optional.empty();
      }
      Schema.Parser parser = new Schema.Parser();
      parser.setValidateDefaults(false);
      return Optional.of(parser.parse(schema));
    } catch (IOException | AvroRuntimeException | StackOverflowError e) {
      LOG.warn("{} can't be read, and is not used: {}", file, e.toString());
      return Optional.empty();
    }
  }

  @Override
  public void keep(int id, Schema schema) {
    String text = schema.toString();
    if (text.length() > MAX_BYTES || find(id).isPresent() || !mayKeep(id)) {
      return;
    }
    try {
      Files.createDirectories(directory);
      Path beside = Files.createTempFile(directory, id + "-", UNFINISHED);
      try {
        Files.writeString(beside, SchemaPrint.digest(text) + "\n" + text);
        Files.move(
            beside, file(id), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        delete(beside);
      }
      ids.add(id);
    } catch (IOException e) {
      LOG.warn("schema {} is not kept in {}: {}", id, directory, e.toString());
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.debug("{} is left over: {}", file, e.toString());
    }
  }

  private boolean mayKeep(int id) {
    return ids.contains(id) || ids.size() < MOST_FILES;
  }

  private Path file(int id) {
    return directory.resolve(id + SUFFIX);
  }
}
