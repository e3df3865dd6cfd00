package dev.tidings.service.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.InputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;

class LogPatternTest {
  @Test
  void control_characters_in_a_message_are_shown_harmless() throws Exception {
    assertThat(format("a\u001b[31mb\u009b31mc\u0000d\re\tf — ü 新"))
        .endsWith("a?[31mb?31mc?d?e\tf — ü 新\n");
  }

  private static String format(String message) throws Exception {
    var context = new LoggerContext();
    var layout = new PatternLayout();
    layout.setContext(context);
    layout.setPattern(pattern());
    layout.start();
    return layout.doLayout(
        new LoggingEvent("", context.getLogger("test"), Level.INFO, message, null, null));
  }

  private static String pattern() throws Exception {
    try (InputStream in = LogPatternTest.class.getResourceAsStream("/logback.xml")) {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(in)
          .getElementsByTagName("pattern")
          .item(0)
          .getTextContent();
    }
  }
}
