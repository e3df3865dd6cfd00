package dev.tidings.infra.stack;

import dev.tidings.infra.aot.AotCaches;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The built source tree, in which the class paths of what the local stack runs are found.
 *
 * @param root its directory
 * @param makesCaches whether what is run from it keeps what it has loaded, to start faster the next
 *     time; its end then takes longer
 */
public record Checkout(Path root, boolean makesCaches) {
  /** The system property that says where the checkout is; the launcher sets it. */
  public static final String PROPERTY = "tidings.checkout";

  private static final Pattern NOT_THE_JAR = Pattern.compile(".*-(tests|sources|javadoc)\\.jar");

  /** One in which caches are used, if there are any, and not made. */
  public Checkout(Path root) {
    this(root, false);
  }

  /** The same, with caches being made. */
  public Checkout makingCaches() {
    return new Checkout(root, true);
  }

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
      // The build writes them with colons on every system, from the checkout's root.
      for (String entry : Files.readString(list).strip().split(":", -1)) {
        path.add(root.resolve(entry));
      }
      return path;
    } catch (IOException e) {
      throw notBuilt(module, e);
    }
  }

  /**
   * The class path of the registry: all its jars. Quarkus would load them with a class loader of
   * its own, whose classes no cache keeps; in this order they are the same classes.
   */
  List<Path> registryClassPath() {
    Path directory = root.resolve("infra/registry/target/registry");
    var path = new ArrayList<Path>();
    // What Quarkus has changed in classes of others comes before them.
    path.add(directory.resolve("quarkus/transformed-bytecode.jar"));
    path.add(directory.resolve("quarkus/generated-bytecode.jar"));
    for (String jars : List.of("app", "lib/boot", "lib/main")) {
      try (Stream<Path> files = Files.list(directory.resolve(jars))) {
        files.sorted().forEach(path::add);
      } catch (IOException e) {
        throw notBuilt("infra/registry", e);
      }
    }
    return path;
  }

  /** What earlier runs have kept for later ones. */
  public AotCaches caches() {
    return new AotCaches(root.resolve("target/archives"), makesCaches);
  }

  /** Its name begins with the module's directory, with hyphens for slashes. */
  private Optional<Path> ownJar(String module) {
    Path target = root.resolve(module).resolve("target");
    String start = module.replace('/', '-') + "-";
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

  private static StackException notBuilt(String module, Exception cause) {
    return new StackException(
        module + " is not built (run: mvn -DskipTests package, or any ./tidings command)", cause);
  }
}
