package dev.tidings.infra.stack;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The built source tree, in which the class paths of what the local stack runs are found.
 *
 * @param root its directory
 */
public record Checkout(Path root) {
  /** The system property that says where the checkout is; the launcher sets it. */
  public static final String PROPERTY = "tidings.checkout";

  private static final Pattern NOT_THE_JAR = Pattern.compile(".*-(tests|sources|javadoc)\\.jar");

  /** The checkout that {@value #PROPERTY} names, or else the one around the working directory. */
  public static Checkout find() {
    String named = System.getProperty(PROPERTY);
    if (named != null) {
      return new Checkout(Path.of(named));
    }
    Path directory = Path.of("").toAbsolutePath();
    return Stream.iterate(directory, path -> path != null, Path::getParent)
        .filter(path -> Files.exists(path.resolve("infra/broker/pom.xml")))
        .findFirst()
        .map(Checkout::new)
        .orElseThrow(() -> new StackException("not in a Tidings checkout: " + directory));
  }

  /**
   * The class path of a module, its own jar first.
   *
   * @throws StackException if it has not been built
   */
  public List<Path> classPath(String module) {
    var path = new ArrayList<Path>();
    ownJar(module).ifPresent(path::add);
    Path list = root.resolve(module).resolve("target/classpath");
    try {
      for (String entry : Files.readString(list).strip().split(File.pathSeparator, -1)) {
        path.add(Path.of(entry));
      }
      return path;
    } catch (IOException e) {
      throw notBuilt(module, e);
    }
  }

  /** The unpacked registry. */
  Path registry() {
    Path directory = root.resolve("infra/registry/target/registry");
    if (!Files.exists(directory.resolve("quarkus-run.jar"))) {
      throw notBuilt("infra/registry", null);
    }
    return directory;
  }

  /**
   * JVM options that keep the classes loaded by the child of that name from one run to the next,
   * which halves the time it takes to start. The JVM makes the archive when it first ends, and
   * again when jars or JDK have changed.
   */
  public List<String> archiveOptions(String child) {
    return archiveOptions(child, true);
  }

  /**
   * As above; of several children of a kind only one may make the archive they share.
   *
   * @param child what all of that kind are called
   */
  public List<String> archiveOptions(String child, boolean making) {
    Path directory = root.resolve("infra/target/archives");
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.of(
        making ? "-XX:+AutoCreateSharedArchive" : "-Xshare:auto",
        "-XX:SharedArchiveFile=" + directory.resolve(child + ".jsa"),
        // An archive that no longer fits is no news.
        "-Xlog:cds*=off",
        "-Xlog:aot*=off");
  }

  private Optional<Path> ownJar(String module) {
    Path target = root.resolve(module).resolve("target");
    String start = Path.of(module).getFileName() + "-";
    try (Stream<Path> files = Files.list(target)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(start))
          .filter(file -> file.toString().endsWith(".jar"))
          .filter(file -> !NOT_THE_JAR.matcher(file.toString()).matches())
          .max(Comparator.comparingLong(file -> file.toFile().lastModified()));
    } catch (IOException e) {
      throw notBuilt(module, e);
    }
  }

  private static StackException notBuilt(String module, @Nullable Exception cause) {
    return new StackException(
        module + " is not built (run: mvn -DskipTests package, or any ./tidings command)", cause);
  }
}
