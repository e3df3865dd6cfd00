package dev.tidings.schemas.value;

/**
 * Scans bytes once and checks whether they are strictly valid JSON (RFC 8259) in UTF-8: no overlong
 * forms, no surrogates, nothing beyond U+10FFFF, in ignored fields too. Parsers skip strings
 * unread, and refuse long numbers. For one use.
 */
final class JsonScan {
  static final int MAX_NESTING = 100;
  private static final int END = -1;
  private static final int ESCAPED_DIGITS = 4;
  private static final int HEXADECIMAL = 16;

  private final byte[] bytes;
  private final int end;
  private final boolean[] objects = new boolean[MAX_NESTING];
  private int position;
  private int depth;

  JsonScan(byte[] bytes, int offset, int length) {
    this.bytes = bytes;
    this.position = offset;
    this.end = offset + length;
  }

  /** Returns whether the bytes are one object and nothing else. */
  boolean isObject() {
    skipSpace();
    if (peek() != '{' || !value()) {
      return false;
    }
    skipSpace();
    return position == end;
  }

  /** Reads a whole value; containers are tracked by a counter, not by recursion. */
  private boolean value() {
    while (true) {
      skipSpace();
      boolean isEntered =
          switch (peek()) {
            case '{', '[' -> enter();
            default -> false;
          };
      if (isEntered) {
        skipSpace();
        if (peek() != closing()) {
          if (objects[depth - 1] && !name()) {
            return false;
          }
          continue;
        }
      } else if (peek() == '{' || peek() == '[' || !scalar()) {
        return false;
      }
      if (!leave()) {
        return false;
      }
      if (depth == 0) {
        return true;
      }
    }
  }

  private boolean enter() {
    if (depth == MAX_NESTING) {
      return false;
    }
    objects[depth++] = bytes[position++] == '{';
    return true;
  }

  private int closing() {
    return objects[depth - 1] ? '}' : ']';
  }

  /**
   * Closes the containers that end after a value. Returns false if neither an end nor another value
   * follows.
   */
  private boolean leave() {
    while (depth > 0) {
      skipSpace();
      int next = peek();
      if (next == closing()) {
        position++;
        depth--;
      } else if (next == ',') {
        position++;
        return !objects[depth - 1] || name();
      } else {
        return false;
      }
    }
    return true;
  }

  private boolean name() {
    skipSpace();
    if (peek() != '"' || !string()) {
      return false;
    }
    skipSpace();
    return take(':');
  }

  private boolean scalar() {
    return switch (peek()) {
      case '"' -> string();
      case 't' -> word("true");
      case 'f' -> word("false");
      case 'n' -> word("null");
      default -> number();
    };
  }

  private boolean word(String expected) {
    for (int i = 0; i < expected.length(); i++) {
      if (!take(expected.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean number() {
    take('-');
    if (!take('0') && !digits()) {
      return false;
    }
    if (take('.') && !digits()) {
      return false;
    }
    if (take('e') || take('E')) {
      if (!take('+')) {
        take('-');
      }
      return digits();
    }
    return true;
  }

  private boolean digits() {
    int from = position;
    while (position < end && bytes[position] >= '0' && bytes[position] <= '9') {
      position++;
    }
    return position > from;
  }

  private boolean string() {
    position++;
    while (position < end) {
      int next = bytes[position++];
      if (next == '"') {
        return true;
      }
      if (next == '\\') {
        if (!escape()) {
          return false;
        }
      } else if (next < 0) {
        if (!character(next & 0xFF)) {
          return false;
        }
      } else if (next < ' ') {
        return false;
      }
    }
    return false;
  }

  private boolean escape() {
    int kind = peek();
    position++;
    return switch (kind) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> true;
      case 'u' -> hexadecimal();
      default -> false;
    };
  }

  private boolean hexadecimal() {
    for (int i = 0; i < ESCAPED_DIGITS; i++) {
      int digit = peek();
      position++;
      if (digit < 0 || Character.digit((char) digit, HEXADECIMAL) < 0) {
        return false;
      }
    }
    return true;
  }

  /** Reads the rest of a character of more than one byte: RFC 3629, section 4. */
  private boolean character(int first) {
    if (first < 0xC2 || first > 0xF4) {
      return false;
    }
    if (first < 0xE0) {
      return continuation(0x80, 0xBF);
    }
    if (first < 0xF0) {
      return continuation(first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF)
          && continuation(0x80, 0xBF);
    }
    return continuation(first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF)
        && continuation(0x80, 0xBF)
        && continuation(0x80, 0xBF);
  }

  private boolean continuation(int least, int most) {
    if (position >= end) {
      return false;
    }
    int next = bytes[position++] & 0xFF;
    return next >= least && next <= most;
  }

  private void skipSpace() {
    while (position < end
        && (bytes[position] == ' '
            || bytes[position] == '\n'
            || bytes[position] == '\r'
            || bytes[position] == '\t')) {
      position++;
    }
  }

  private boolean take(char expected) {
    if (peek() != expected) {
      return false;
    }
    position++;
    return true;
  }

  private int peek() {
    return position < end ? bytes[position] & 0xFF : END;
  }
}
