package dev.tidings.infra.process;

import java.io.File;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Small programs to run as children. */
public final class Programs {
  private Programs() {}

  public static ChildCommand command(Class<?> program, Path log, String... arguments) {
    return new ChildCommand(
        program.getSimpleName(),
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .toList(),
        program.getName(),
        ChildCommand.QUICK_START,
        List.of(arguments),
        log);
  }

  /** Says where it listens, and stays. */
  public static final class Service {
    public static void main(String[] args) throws InterruptedException {
      System.out.println("starting");
      System.out.println("READY service http=0.0.0.0:8080 mqtt=[::1]:1883");
      Thread.currentThread().join();
    }
  }

  /** Ends before it is ready. */
  public static final class Broken {
    public static void main(String[] args) {
      System.out.println("no such broker: nowhere");
      System.exit(7);
    }
  }

  /** Listens on a port, and ends where it cannot. */
  public static final class Listener {
    public static void main(String[] args) throws Exception {
      int port = Integer.parseInt(args[0]);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        System.out.println("READY listener any=localhost:" + socket.getLocalPort());
        Thread.currentThread().join();
      }
    }
  }

  /** Writes 17 MiB at once, and then a line now and then. */
  public static final class Chatty {
    public static void main(String[] args) throws InterruptedException {
      System.out.println("READY chatty");
      String line = "x".repeat(1023);
      for (int i = 0; i < 17 << 10; i++) {
        System.out.println(line);
      }
      while (true) {
        System.out.println("more");
        Thread.sleep(20);
      }
    }
  }

  /** Does not end when it is asked to. */
  public static final class Stubborn {
    public static void main(String[] args) throws InterruptedException {
      Runtime.getRuntime().addShutdownHook(new Thread(Stubborn::stay));
      System.out.println("READY stubborn");
      stay();
    }

    private static void stay() {
      try {
        Thread.currentThread().join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Starts one of the others, writes its process id to a log of its own, and stays. */
  public static final class Parent {
    public static void main(String[] args) throws Exception {
      var child = ServiceProcess.start(command(Class.forName(args[0]), Path.of(args[1])));
      child.awaitReady(Duration.ofSeconds(20));
      System.out.println("READY parent child=pid:" + child.pid());
      Thread.currentThread().join();
    }
  }
}
