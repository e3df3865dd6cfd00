package dev.tidings.http;

/**
 * Receives the body of a request whose {@link StreamingResponse} is written meanwhile: parts go on
 * coming after the response was given. The client sends no more than was consumed: whoever keeps
 * parts of the body bounds by {@link Exchange#consumed} how much that is. Each part is followed by
 * another within the time for a request, unless it is not consumed.
 *
 * <p>{@link #end} and {@link #aborted} are called whatever was answered, one of them once. After
 * {@link #timedOut}, which is told when the client sends nothing for too long, {@code aborted}
 * follows when all is over. The response that is given has to be a streaming one, before {@link
 * HttpService#serve} returns.
 */
public interface StreamedReader extends BodyReader {}
