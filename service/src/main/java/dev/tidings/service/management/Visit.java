package dev.tidings.service.management;

import dev.tidings.service.management.ManagementResponse.Status;
import dev.tidings.service.management.RequestHead.Refused;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection from its beginning to its end: request, response, the next request. A client that
 * exceeds a time limit is disconnected by another thread, because a blocking write has no timeout.
 */
final class Visit implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Visit.class);
  private static final int BUFFER_BYTES = 1024;
  private static final long LINGER_MILLIS = 1_000;
  private static final int LINGER_BYTES = 64 * 1024;

  private final Socket socket;
  private final Pages pages;
  private final Patience patience;
  private final ScheduledExecutorService clock;
  private Future<?> end;

  /**
   * The time limits of a connection.
   *
   * @param idleMillis until the first byte of a request
   * @param requestMillis from that byte until the response has been written
   */
  record Patience(long idleMillis, long requestMillis) {}

  Visit(Socket socket, Pages pages, Patience patience, ScheduledExecutorService clock) {
    this.socket = socket;
    this.pages = pages;
    this.patience = patience;
    this.clock = clock;
    this.end = endsIn(patience.requestMillis());
  }

  @Override
  public void run() {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
      HeadReader heads = new HeadReader(in, () -> leave(patience.requestMillis()));
      while (serve(heads)) {
        leave(patience.idleMillis());
      }
      linger(in);
    } catch (IOException e) {
      log.debug("{} has disconnected", socket.getRemoteSocketAddress(), e);
    } finally {
      end.cancel(false);
    }
  }

  /** Answers the next request. Returns false if it was the last one. */
  private boolean serve(HeadReader heads) throws IOException {
    RequestHead request;
    try {
      List<String> lines = heads.next();
      if (lines.isEmpty()) {
        return false;
      }
      request = RequestHead.of(lines);
    } catch (Refused e) {
      e.answer().write(socket.getOutputStream(), Instant.now(), heads.isHead(), true);
      return false;
    }
    answer(request)
        .write(socket.getOutputStream(), Instant.now(), request.isHead(), request.last());
    return !request.last();
  }

  private ManagementResponse answer(RequestHead request) {
    try {
      return pages.answer(request);
    } catch (RuntimeException e) {
      log.error("no answer to {}", request.path(), e);
      return ManagementResponse.error(Status.INTERNAL_ERROR, "see the log");
    }
  }

  /**
   * Reads and discards input for a short time: closing with unread bytes would reset the
   * connection, and the client could lose the response.
   */
  private void linger(InputStream in) throws IOException {
    leave(LINGER_MILLIS);
    socket.shutdownOutput();
    for (int left = LINGER_BYTES; left > 0; left--) {
      if (in.read() < 0) {
        return;
      }
    }
  }

  private void leave(long millis) {
    end.cancel(false);
    end = endsIn(millis);
  }

  private Future<?> endsIn(long millis) {
    try {
      return clock.schedule(this::cutOff, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      cutOff();
      return CompletableFuture.completedFuture(e);
    }
  }

  private void cutOff() {
    try {
      socket.close();
    } catch (IOException e) {
      log.debug("{} can't be closed", socket.getRemoteSocketAddress(), e);
    }
  }
}
