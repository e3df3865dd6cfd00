package dev.tidings.infra.process;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * The main class of every child process: it ends the child when its parent ends, and runs the real
 * main class, its first argument.
 *
 * <p>The child's standard input is a pipe that the parent never writes to. It ends when the parent
 * closes it or dies, however it dies, and the child then exits: in order if that takes no longer
 * than five seconds. The child leads a session of its own, so that a Ctrl-C in the parent's
 * terminal is the parent's to handle.
 *
 * <p>Uses nothing but the JDK, since it runs on the class path of any child.
 */
public final class Tether {
  private static final int EXIT_CODE = 143;
  private static final long PATIENCE_MILLIS = 5_000;

  private Tether() {}

  /** Runs the class named by the first argument, with the others. */
  public static void main(String[] args) throws Throwable {
    if (args.length == 0) {
      throw new IllegalArgumentException("args: none (expected: a main class and its arguments)");
    }
    leaveTerminal();
    daemon("tether", Tether::awaitParentsEnd);
    var main = Class.forName(args[0]).getMethod("main", String[].class);
    try {
      main.invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  /**
   * Starts a session, if possible: otherwise a Ctrl-C stops the child in order too, only earlier.
   */
  private static void leaveTerminal() throws Throwable {
    Linker linker = Linker.nativeLinker();
    var setsid = linker.defaultLookup().find("setsid");
    if (setsid.isPresent()) {
      MethodHandle call =
          linker.downcallHandle(setsid.get(), FunctionDescriptor.of(ValueLayout.JAVA_INT));
      int unusedSessionId = (int) call.invokeExact();
    }
  }

  private static void awaitParentsEnd() {
    try {
      while (System.in.read() >= 0) {
        // The parent never writes; a read returns only at the end.
      }
    } catch (IOException e) {
      // A failed read counts as the end.
    }
    daemon("tether-halt", Tether::haltWhenPatienceEnds);
    System.exit(EXIT_CODE);
  }

  private static void haltWhenPatienceEnds() {
    try {
      Thread.sleep(PATIENCE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(EXIT_CODE);
  }

  private static void daemon(String name, Runnable work) {
    Thread.ofPlatform().daemon().name(name).start(work);
  }
}
