package dev.tidings.node.look;

import dev.tidings.node.session.LinkDescription;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a device has at one moment.
 *
 * @param connection null if it has none here
 * @param owed a part of what it is owed, in order
 * @param next the sequence behind which there is more; null if there is none
 */
public record DeviceLook(@Nullable Connection connection, List<Owed> owed, @Nullable Long next) {
  /** Nothing. */
  static final DeviceLook NOTHING = new DeviceLook(null, List.of(), null);

  public DeviceLook {
    owed = List.copyOf(owed);
  }

  /**
   * Its connection.
   *
   * @param filters what it has subscribed to
   */
  public record Connection(LinkDescription link, Set<String> filters) {}
}
