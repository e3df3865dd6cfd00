package dev.tidings.ingest.admin.request;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes JSON that is stored as text into an answer. */
public final class StoredJson {
  private StoredJson() {}

  /** Writes an object of which there is the text; null for none, and for a text that is none. */
  public static void object(JsonGenerator out, String name, @Nullable String text)
      throws IOException {
    out.writeFieldName(name);
    Optional<Map<String, Object>> object =
        text == null ? Optional.empty() : JsonText.members(text.getBytes(StandardCharsets.UTF_8));
    if (object.isPresent()) {
      JsonText.write(out, object.get());
    } else {
      out.writeNull();
    }
  }
}
