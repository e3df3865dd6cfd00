package dev.tidings.infra.ports;

import java.util.List;
import java.util.stream.Collectors;

/** Requested ports are already in use; the message names all of them, one per line. */
public final class PortsTakenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PortsTakenException(List<Ports.Wanted> taken) {
    super(
        taken.stream()
            .map(port ->
                "%s port %d is taken (set %s, or 0 for any free one)"
                    .formatted(port.name(), port.port(), port.option()))
            .collect(Collectors.joining(System.lineSeparator())));
  }
}
