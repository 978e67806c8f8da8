package io.stranded.internal.source;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.VirtualMachine;
import io.stranded.internal.files.PrivateFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.rmi.RemoteException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.management.JMRuntimeException;
import javax.management.MBeanServerConnection;
import org.jspecify.annotations.Nullable;

/**
 * The MBean server of a target in another network namespace, asked by way of our agent there over a
 * few connections that last. The agent tells what goes over them.
 *
 * <p>An interrupt ends no call, as with the JDK's connector: a watch that is told to end still has
 * to clean up. Safe for use by several threads.
 */
final class RelayedBeans implements Closeable {
  /** At most so many calls go on at a time. */
  private static final int CONNECTIONS = 4;

  private static final long PATIENCE_SECONDS = 30;
  private static final long REST_SECONDS = 10;
  private static final String SOCKET = "socket";
  private static final String CLOSED = "connection closed";
  private static final String OPTION = "beans=";
  private static final String OUTCOME_PROPERTY = "stranded.agent.beans";
  private static final int LONGEST_ANSWER = 1 << 28;

  /**
   * Whatever the target may be: of its answers nothing is made that does more than hold values, nor
   * maps within maps whose hash codes take for ever.
   */
  private static final ObjectInputFilter ANSWERS =
      ObjectInputFilter.Config.createFilter(
          "maxdepth=20;maxarray=10000000;!java.util.HashSet;!java.util.LinkedHashSet;"
              + "!java.util.Hashtable;java.lang.*;java.util.*;javax.management.**;!*");

  private final List<SocketChannel> connections = new ArrayList<>();
  private final BlockingQueue<SocketChannel> free = new LinkedBlockingQueue<>();
  private final ThreadPoolExecutor callers =
      new ThreadPoolExecutor(
          CONNECTIONS,
          CONNECTIONS,
          REST_SECONDS,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          call -> {
            Thread thread = new Thread(call, "stranded-relay");
            thread.setDaemon(true);
            return thread;
          });

  private RelayedBeans() {
    callers.allowCoreThreadTimeOut(true);
  }

  /**
   * Loads the agent and connects with it.
   *
   * @throws IOException if that cannot be done
   */
  static RelayedBeans open(VirtualMachine machine, TargetFiles files) throws IOException {
    String word = PrivateFiles.unforeseen() + PrivateFiles.unforeseen();
    RelayedBeans beans = new RelayedBeans();
    try (TargetDirectory directory =
        TargetDirectory.make(files, files.temporary(), TargetDirectory.Kind.BEANS)) {
      directory.handOver();
      Path socket = files.there(directory.here(SOCKET));
      listen(machine, files, OPTION + word + "," + CONNECTIONS + "," + socket);
      directory.takeBack();
      for (int i = 0; i < CONNECTIONS; i++) {
        beans.connect(directory, word);
      }
      return beans;
    } catch (IOException | RuntimeException e) {
      beans.close();
      throw e;
    }
  }

  private static void listen(VirtualMachine machine, TargetFiles files, String option)
      throws IOException {
    try (AgentJar jar = AgentJar.unpack(files)) {
      machine.loadAgent(jar.there().toString(), option);
    } catch (AgentLoadException | AgentInitializationException e) {
      throw new IOException(e.getMessage(), e);
    }
    String outcome = machine.getSystemProperties().getProperty(OUTCOME_PROPERTY, "");
    if (!outcome.equals("listening")) {
      throw new IOException(
          outcome.isEmpty()
              ? "it runs an older agent, which cannot be asked from another network namespace"
              : "its agent cannot be asked: " + outcome);
    }
  }

  /** Nothing is said to whoever does not know the word: it may not be the agent. */
  private void connect(TargetDirectory directory, String word) throws IOException {
    SocketChannel connection = directory.connect(SOCKET);
    connections.add(connection);
    Future<String> heard = callers.submit(() -> hear(connection, word.length()));
    try {
      String said = heard.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (!said.equals(word)) {
        throw new IOException(
            said.isEmpty() ? "its agent does not answer" : "its agent's socket was replaced");
      }
    } catch (TimeoutException | ExecutionException e) {
      throw new IOException("its agent does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
    free.add(connection);
  }

  private static String hear(SocketChannel connection, int length) throws IOException {
    byte[] heard = Channels.newInputStream(connection).readNBytes(length);
    return new String(heard, StandardCharsets.US_ASCII);
  }

  /** The server, as far as it is asked here: attributes and operations, no notifications. */
  MBeanServerConnection connection() {
    return (MBeanServerConnection)
        Proxy.newProxyInstance(
            RelayedBeans.class.getClassLoader(),
            new Class<?>[] {MBeanServerConnection.class},
            (proxy, method, arguments) -> call(method, arguments));
  }

  private @Nullable Object call(Method method, Object @Nullable [] arguments) throws Throwable {
    if (method.getDeclaringClass() == Object.class) {
      throw new UnsupportedOperationException(method.getName());
    }
    byte[] question = bytes(method.getName(), arguments == null ? new Object[0] : arguments);
    Object[] answer = parsed(answer(question));
    if (Boolean.TRUE.equals(answer[0])) {
      return answer[1];
    }
    throw (Exception) answer[1];
  }

  /** The answer, however often the thread is interrupted meanwhile. */
  private byte[] answer(byte[] question) throws RemoteException {
    boolean interrupted = false;
    try {
      Future<byte[]> answer = callers.submit(() -> ask(question));
      while (true) {
        try {
          return answer.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException | CancellationException | RejectedExecutionException e) {
      // As the JDK's connector tells that the other end is gone; it takes no cause.
      throw new RemoteException(CLOSED);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** After a failure nobody knows what comes next over a connection, so that all are closed. */
  private byte[] ask(byte[] question) throws IOException, InterruptedException {
    SocketChannel connection = free.take();
    boolean whole = false;
    try {
      ByteBuffer out = ByteBuffer.allocate(Integer.BYTES + question.length);
      out.putInt(question.length).put(question).flip();
      while (out.hasRemaining()) {
        connection.write(out);
      }
      DataInputStream in = new DataInputStream(Channels.newInputStream(connection));
      int length = in.readInt();
      if (length < 0 || length > LONGEST_ANSWER) {
        throw new IOException("an answer of " + length + " bytes");
      }
      byte[] answer = in.readNBytes(length);
      if (answer.length < length) {
        throw new EOFException();
      }
      whole = true;
      return answer;
    } finally {
      if (whole) {
        free.add(connection);
      } else {
        close();
      }
    }
  }

  private static byte[] bytes(String method, Object[] arguments) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new Object[] {method, arguments});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** An answer that is not taken is the call's failure: the next may be. */
  private static Object[] parsed(byte[] answer) {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(answer))) {
      in.setObjectInputFilter(ANSWERS);
      if (in.readObject() instanceof Object[] parts
          && parts.length == 2
          && (Boolean.TRUE.equals(parts[0]) || parts[1] instanceof Exception)) {
        return parts;
      }
      throw new JMRuntimeException("an answer that is none");
    } catch (IOException
        | ClassNotFoundException
        | RuntimeException
        | OutOfMemoryError
        | StackOverflowError e) {
      throw new JMRuntimeException("an answer that is not taken: " + e);
    }
  }

  @Override
  public void close() throws IOException {
    for (Runnable call : callers.shutdownNow()) {
      ((Future<?>) call).cancel(/* mayInterruptIfRunning= */ false);
    }
    for (SocketChannel connection : connections) {
      connection.close();
    }
  }
}
