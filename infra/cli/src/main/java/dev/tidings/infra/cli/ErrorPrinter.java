package dev.tidings.infra.cli;

import static java.util.Objects.requireNonNull;

import dev.tidings.infra.process.ChildFailedException;
import dev.tidings.provider.NoAnswerException;
import dev.tidings.provider.TryLaterException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.concurrent.CompletionException;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParseResult;

/** Prints failures in words, with a stack trace only if {@code TIDINGS_DEBUG} is set. */
final class ErrorPrinter implements CommandLine.IExecutionExceptionHandler {
  @Override
  public int handleExecutionException(Exception thrown, CommandLine command, ParseResult parsed) {
    Throwable failure =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    PrintWriter err = command.getErr();
    words(failure).lines().forEach(line -> err.println("tidings: " + line));
    if (failure.getCause() != null && failure instanceof IllegalStateException) {
      err.println("  because: " + words(failure.getCause()));
    }
    if (failure instanceof ChildFailedException child) {
      err.println("The end of " + child.log() + ":");
      child.lastLines().forEach(line -> err.println("  | " + line));
    }
    if (System.getenv("TIDINGS_DEBUG") != null) {
      thrown.printStackTrace(err);
    }
    // What an argument has to be, or a file or a variable that is read for it; the libraries for
    // providers and devices say so too.
    return failure instanceof IllegalArgumentException ? ExitCode.USAGE : ExitCode.SOFTWARE;
  }

  private static String words(Throwable failure) {
    String message = failure.getMessage();
    if (failure instanceof NoAnswerException && message != null) {
      return message;
    }
    if (failure instanceof UncheckedIOException unchecked) {
      // Its constructors demand a cause.
      return words(requireNonNull(unchecked.getCause()));
    }
    if (failure instanceof FileSystemException file) {
      return file.getFile() + ": " + reason(file);
    }
    if (failure instanceof TryLaterException later) {
      return "not now, try again soon: " + later.getMessage();
    }
    if (failure.getClass() == IOException.class && message != null) {
      return message;
    }
    if (failure instanceof IOException || message == null || message.isBlank()) {
      return failure.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }
    return message;
  }

  private static String reason(FileSystemException failure) {
    return switch (failure) {
      case NoSuchFileException _ -> "no such file";
      case AccessDeniedException _ -> "permission denied";
      case FileAlreadyExistsException _ -> "is there already";
      case NotDirectoryException _ -> "is no directory";
      default -> failure.getReason() == null ? String.valueOf(failure) : failure.getReason();
    };
  }
}
