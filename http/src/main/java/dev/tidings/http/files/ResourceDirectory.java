package dev.tidings.http.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads a directory of a jar, or of a directory of classes, whole. */
final class ResourceDirectory {
  private static final long MAX_BYTES = 32L << 20;

  private ResourceDirectory() {}

  /** Returns the files by their names below the directory, separated by slashes. */
  static Map<String, byte[]> read(ClassLoader loader, String directory) {
    URL url = loader.getResource(directory);
    if (url == null) {
      throw new IllegalArgumentException(
          "directory: " + directory + " (expected: one on the class path)");
    }
    try {
      if (!(url.openConnection() instanceof JarURLConnection jar)) {
        return files(Path.of(url.toURI()));
      }
      URI archive = jar.getJarFileURL().toURI();
      try (FileSystem opened = FileSystems.newFileSystem(Path.of(archive))) {
        return files(opened.getPath(jar.getEntryName()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("directory: " + directory, e);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("directory: " + directory, e);
    }
  }

  private static Map<String, byte[]> files(Path directory) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    long bytes = 0;
    for (Path file : regular(directory)) {
      bytes += Files.size(file);
      if (bytes > MAX_BYTES) {
        throw new IllegalArgumentException(
            "directory: " + directory + " (expected: at most " + MAX_BYTES + " bytes)");
      }
      files.put(directory.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
    }
    return files;
  }

  private static List<Path> regular(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }
}
