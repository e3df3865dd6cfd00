package dev.tidings.net.limit;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The open file limit of this process: each connection takes one file, each relayed device two. */
public final class OpenFiles {
  private static final Logger log = LoggerFactory.getLogger(OpenFiles.class);

  /** Files kept for the store, the log's clients, the jars, and requests for metrics. */
  static final int KEPT = 512;

  private OpenFiles() {}

  /** Returns the limit of the operating system; {@link Long#MAX_VALUE} if unknown. */
  public static long most() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : Long.MAX_VALUE;
  }

  /** Returns a count with the limit for connections, those to other nodes included. */
  public static ConnectionFiles forConnections(long files) {
    return new ConnectionFiles(room(files));
  }

  private static long room(long files) {
    return Math.max(1, files - KEPT);
  }

  /**
   * Returns the possible number of connections, as far as known at the start. Logs a warning if it
   * is below the setting: beyond it the system would refuse connections one by one, and files for
   * other purposes as well.
   *
   * @param wanted the setting
   * @param files the open file limit
   */
  public static int connections(int wanted, long files) {
    long room = room(files);
    if (wanted <= room) {
      return wanted;
    }
    log.warn(
        "max.connections is {}, but this process may open only {} files: no more than {}"
            + " connections are taken (raise the limit, LimitNOFILE or ulimit -n, or lower the"
            + " setting)",
        wanted,
        files,
        room);
    return (int) room;
  }
}
