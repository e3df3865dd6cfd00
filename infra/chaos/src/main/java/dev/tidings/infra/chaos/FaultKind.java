package dev.tidings.infra.chaos;

import java.util.Locale;

/** The kinds of faults of a schedule; {@link Faults} describes each. */
public enum FaultKind {
  KILL_NODE,
  KILL_PROCESSOR,
  KILL_INGEST,
  KILL_BROKER,
  KILL_ALL_BROKERS,
  PAUSE_NODE,
  PAUSE_PROCESSOR,
  PAUSE_BROKER,
  CUT_BROKERS_OFF,
  VANISH,
  STOP_REGISTRY,
  REGISTRY_AWAY,
  START_BEFORE_REGISTRY,
  MAKE_TOPIC_ANEW,
  CLOCK_JUMP,
  ADD_NODE,
  STOP_NODE,
  RESTART_NODE,
  RESTART_PROCESSOR,
  RESTART_INGEST;

  /** Returns the name on the command line: {@code kill-node}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
