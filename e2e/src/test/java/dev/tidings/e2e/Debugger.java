package dev.tidings.e2e;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.InvalidTypeException;
import com.sun.jdi.ObjectReference;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector.Argument;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import dev.tidings.infra.ports.Ports;
import dev.tidings.infra.process.ChildCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Has threads of another process die, as a debugger can.
 *
 * @param port where the process lets debuggers in
 */
record Debugger(int port) {
  /** Both are made by the JVM when it starts. */
  static final Class<? extends Throwable> EXCEPTION = NullPointerException.class;

  static final Class<? extends Throwable> ERROR = InternalError.class;

  static Debugger atFreePort() {
    return new Debugger(Ports.free());
  }

  /** What the process has to be started with. */
  List<String> jvmOptions() {
    String agent =
        "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,quiet=y,address=127.0.0.1:" + port;
    return Stream.concat(ChildCommand.QUICK_START.stream(), Stream.of(agent)).toList();
  }

  /** Throws something in the first thread whose name matches, wherever the thread is. */
  void stop(String name, Class<? extends Throwable> with) {
    VirtualMachine machine = attach();
    try {
      ObjectReference thrown =
          machine.classesByName(with.getName()).getFirst().instances(1).getFirst();
      ThreadReference thread =
          machine.allThreads().stream()
              .filter(each -> each.name().matches(name))
              .findFirst()
              .orElseThrow(() -> new AssertionError(name + ": no such thread"));
      thread.suspend();
      thread.stop(thrown);
      thread.resume();
    } catch (InvalidTypeException e) {
      throw new IllegalStateException(e);
    } finally {
      machine.dispose();
    }
  }

  /** Returns the names of all threads but those of the JVM itself. */
  List<String> threads() {
    VirtualMachine machine = attach();
    try {
      return machine.allThreads().stream()
          .filter(thread -> !"system".equals(thread.threadGroup().name()))
          .map(ThreadReference::name)
          .toList();
    } finally {
      machine.dispose();
    }
  }

  private VirtualMachine attach() {
    AttachingConnector connector =
        Bootstrap.virtualMachineManager().attachingConnectors().stream()
            .filter(each -> each.name().equals("com.sun.jdi.SocketAttach"))
            .findFirst()
            .orElseThrow();
    Map<String, Argument> arguments = connector.defaultArguments();
    arguments.get("hostname").setValue("127.0.0.1");
    arguments.get("port").setValue(Integer.toString(port));
    try {
      return connector.attach(arguments);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (IllegalConnectorArgumentsException e) {
      throw new IllegalStateException(e);
    }
  }
}
