package dev.tidings.service.management;

import java.net.InetAddress;
import java.net.Socket;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Limits the number of open connections, in total and by client address. Thread-safe. */
final class Visitors {
  private final int max;
  private final int maxPerAddress;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Map<InetAddress, Integer> byAddress = new HashMap<>();

  Visitors(int max, int maxPerAddress) {
    this.max = max;
    this.maxPerAddress = maxPerAddress;
  }

  /** Admits a connection. Returns false if a limit is reached. */
  synchronized boolean enter(Socket socket) {
    int same = byAddress.getOrDefault(socket.getInetAddress(), 0);
    if (open.size() >= max || same >= maxPerAddress) {
      return false;
    }
    byAddress.put(socket.getInetAddress(), same + 1);
    open.add(socket);
    return true;
  }

  /** Releases the place of an admitted connection. */
  synchronized void leave(Socket socket) {
    open.remove(socket);
    byAddress.computeIfPresent(
        socket.getInetAddress(), (address, count) -> count == 1 ? null : count - 1);
  }

  Set<Socket> open() {
    return Set.copyOf(open);
  }
}
