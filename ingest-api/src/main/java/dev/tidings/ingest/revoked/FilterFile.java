package dev.tidings.ingest.revoked;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores a filter on disk between two runs. It is valid only for the table in the state at that
 * time, identified by the number of its last write; if it is absent or does not match, it is built
 * again.
 */
final class FilterFile {
  private static final Logger LOG = LoggerFactory.getLogger(FilterFile.class);
  private static final long VERSION = 1;
  private static final int HEADER_BYTES = 3 * Long.BYTES;

  private FilterFile() {}

  static @Nullable TokenFilter read(Path file, long filterBytes, long lastWrite) {
    if (!Files.exists(file)) {
      return null;
    }
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      TokenFilter filter = new TokenFilter(filterBytes);
      ByteBuffer bits = filter.bits();
      ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
      if (in.size() != HEADER_BYTES + bits.capacity() || !fill(in, header) || !fill(in, bits)) {
        return null;
      }
      header.flip();
      boolean fits =
          header.getLong() == VERSION
              && header.getLong() == lastWrite
              && header.getLong() == checksum(bits.flip());
      return fits ? filter : null;
    } catch (IOException e) {
      LOG.warn("filter of revoked tokens: not readable, it is built again: {}", e.toString());
      return null;
    }
  }

  private static boolean fill(FileChannel in, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (in.read(buffer) < 0) {
        return false;
      }
    }
    return true;
  }

  static void write(Path file, TokenFilter filter, long lastWrite) {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    ByteBuffer bits = filter.bits();
    ByteBuffer header =
        ByteBuffer.allocate(HEADER_BYTES)
            .putLong(VERSION)
            .putLong(lastWrite)
            .putLong(checksum(bits.duplicate()))
            .flip();
    try {
      try (FileChannel out =
          FileChannel.open(
              fresh,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        while (header.hasRemaining() || bits.hasRemaining()) {
          out.write(new ByteBuffer[] {header, bits});
        }
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.warn("filter of revoked tokens: not saved, the next start builds it: {}", e.toString());
    }
  }

  private static long checksum(ByteBuffer bits) {
    CRC32C sum = new CRC32C();
    sum.update(bits);
    return sum.getValue();
  }
}
