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
 * The built source tree, with the class paths of the processes of the local stack.
 *
 * @param root its directory
 * @param makesCaches whether its processes create caches, to start faster the next time; their end
 *     then takes longer
 */
public record Checkout(Path root, boolean makesCaches) {
  /** The system property with the directory of the checkout; the launcher sets it. */
  public static final String PROPERTY = "tidings.checkout";

  private static final Pattern NOT_THE_JAR = Pattern.compile(".*-(tests|sources|javadoc)\\.jar");

  /** Creates one that uses existing caches, and creates none. */
  public Checkout(Path root) {
    this(root, false);
  }

  /** Returns the same checkout, with caches being created. */
  public Checkout makingCaches() {
    return new Checkout(root, true);
  }

  /**
   * Returns the checkout that {@value #PROPERTY} names, or else the one around the working
   * directory.
   */
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
   * Returns the class path of a module, its own jar first.
   *
   * @throws StackException if it has not been built
   */
  public List<Path> classPath(String module) {
    var path = new ArrayList<Path>();
    ownJar(module).ifPresent(path::add);
    Path list = root.resolve(module).resolve("target/classpath");
    try {
      // The build writes them with colons on every system, relative to the checkout.
      for (String entry : Files.readString(list).strip().split(":", -1)) {
        path.add(root.resolve(entry));
      }
      return path;
    } catch (IOException e) {
      throw notBuilt(module, e);
    }
  }

  /**
   * Returns the class path of the registry: all its jars. Quarkus would load them with its own
   * class loader, whose classes cannot be cached; in this order the classes are the same.
   */
  List<Path> registryClassPath() {
    Path directory = root.resolve("infra/registry/target/registry");
    var path = new ArrayList<Path>();
    // Classes that Quarkus has transformed come before the originals.
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

  /** Returns the caches of earlier runs. */
  public AotCaches caches() {
    return new AotCaches(root.resolve("target/archives"), makesCaches);
  }

  /**
   * Returns the module's own jar, whose name begins with the module's path, with hyphens for
   * slashes.
   */
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
