package dev.tidings.service.management;

import java.net.InetAddress;
import java.net.Socket;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The connections that are open, in all and by address, so many and no more. Thread-safe. */
final class Visitors {
  private final int max;
  private final int maxPerAddress;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Map<InetAddress, Integer> byAddress = new HashMap<>();

  Visitors(int max, int maxPerAddress) {
    this.max = max;
    this.maxPerAddress = maxPerAddress;
  }

  /** Lets one in; false if there is no place. */
  synchronized boolean enter(Socket socket) {
    int same = byAddress.getOrDefault(socket.getInetAddress(), 0);
    if (open.size() >= max || same >= maxPerAddress) {
      return false;
    }
    byAddress.put(socket.getInetAddress(), same + 1);
    open.add(socket);
    return true;
  }

  /** One that was let in is gone. */
  synchronized void leave(Socket socket) {
    open.remove(socket);
    byAddress.computeIfPresent(
        socket.getInetAddress(), (address, count) -> count == 1 ? null : count - 1);
  }

  Set<Socket> open() {
    return Set.copyOf(open);
  }
}
