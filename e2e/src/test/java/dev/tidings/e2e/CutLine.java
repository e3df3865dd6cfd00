package dev.tidings.e2e;

import dev.tidings.infra.process.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A line between clients and a server, to be cut, or to fall silent, and to be mended. */
final class CutLine implements AutoCloseable {
  private final HostPort server;
  private final ServerSocket listener;
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private volatile boolean cut;
  private volatile boolean silent;

  /** At any port of this machine. */
  CutLine(HostPort server) throws IOException {
    this(server, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
  }

  /** At this address, for clients that take it for the server. */
  static CutLine at(HostPort address, HostPort server) throws IOException {
    return new CutLine(
        server, new ServerSocket(address.port(), 50, InetAddress.getByName(address.host())));
  }

  private CutLine(HostPort server, ServerSocket listener) {
    this.server = server;
    this.listener = listener;
    Thread.ofVirtual().start(this::accept);
  }

  HostPort address() {
    return new HostPort(listener.getInetAddress().getHostAddress(), listener.getLocalPort());
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        if (cut) {
          client.close();
          continue;
        }
        if (silent) {
          open.add(client);
          continue;
        }
        Socket onward = new Socket(server.host(), server.port());
        open.addAll(List.of(client, onward));
        Thread.ofVirtual().start(() -> copy(client, onward));
        Thread.ofVirtual().start(() -> copy(onward, client));
      } catch (IOException e) {
        // The listener is closed, or this one client has to try again.
      }
    }
  }

  private void copy(Socket from, Socket to) {
    byte[] buffer = new byte[8 << 10];
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (!silent) {
          out.write(buffer, 0, read);
        }
      }
    } catch (IOException e) {
      // Either end is gone, and so is the other now.
    }
  }

  /** Ends what is open, and lets nobody through. */
  void cut() throws IOException {
    cut = true;
    for (Socket socket : open) {
      socket.close();
    }
    open.clear();
  }

  /** Swallows all that is sent, as a network does that has broken somewhere; nobody is told. */
  void fallSilent() {
    silent = true;
  }

  /** Lets everybody through, on new connections: what was swallowed is gone. */
  void mend() throws IOException {
    cut();
    silent = false;
    cut = false;
  }

  @Override
  public void close() throws IOException {
    listener.close();
    cut();
  }
}
