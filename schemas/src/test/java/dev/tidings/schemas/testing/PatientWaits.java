package dev.tidings.schemas.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Gives what tests wait for longer than the ten seconds that Awaitility waits by default: a machine
 * whose disk or processors are busy is no failure. Found by JUnit in every module whose tests use
 * this library.
 */
public final class PatientWaits implements LauncherSessionListener {
  private static final Duration LONGEST = Duration.ofSeconds(60);

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    Awaitility.setDefaultTimeout(LONGEST);
  }
}
