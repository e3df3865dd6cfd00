package dev.tidings.service.rocks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads RocksDB's native library, 15 MB in its jar. RocksDB would unpack it into the directory for
 * temporary files, which in containers is often read-only or mounted noexec; here it is unpacked
 * into {@code state.dir}, which must be writable anyway. Must be loaded before RocksDB is used.
 */
public final class RocksLibrary {
  private static final Logger log = LoggerFactory.getLogger(RocksLibrary.class);
  private static final String DIRECTORY = "native";

  private RocksLibrary() {}

  /**
   * Loads the library; further calls do nothing.
   *
   * @param stateDir {@code state.dir}
   * @throws IOException if nothing can be written there, or the library can be loaded neither from
   *     there nor from the directory for temporary files; the message has the reason
   */
  public static void load(Path stateDir) throws IOException {
    StateDirectory.require(stateDir);
    Path place = stateDir.resolve(DIRECTORY).toAbsolutePath();
    try {
      Files.createDirectories(place);
      NativeLibraryLoader.getInstance().loadLibrary(place.toString());
    } catch (IOException | RuntimeException | UnsatisfiedLinkError first) {
      log.warn("RocksDB's library is not loaded from {}: {}", place, first.toString());
      try {
        NativeLibraryLoader.getInstance().loadLibrary("");
      } catch (IOException | RuntimeException | UnsatisfiedLinkError second) {
        throw new IOException(
            "RocksDB's library can't be loaded from %s (%s), nor from %s (%s) (expected: that state.dir"
                    .formatted(
                        place,
                        first.getMessage(),
                        System.getProperty("java.io.tmpdir"),
                        second.getMessage())
                + " may be written, on a file system that is not mounted noexec)",
            second);
      }
    }
    RocksDB.loadLibrary();
  }
}
