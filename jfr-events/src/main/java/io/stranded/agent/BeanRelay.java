package io.stranded.agent;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import javax.management.JMRuntimeException;
import javax.management.MBeanServerConnection;

/**
 * Answers for the MBean server of this JVM over a socket among its files, to a tool that has
 * attached from another network namespace: the JDK's own connector listens on the loopback of ours.
 *
 * <p>Over each connection goes first the word that the tool gave, so that it knows us. Then come
 * questions, and after each its answer: serialized arrays, their length in front. A question has
 * the name of a method of {@link MBeanServerConnection} and its arguments; an answer has whether
 * the method returned, and what it returned or threw.
 */
final class BeanRelay {
  private static final Set<String> METHODS =
      Set.of("getAttribute", "setAttribute", "invoke", "isInstanceOf");

  /** Packages of which the tool takes exceptions as they are. */
  private static final Set<String> TAKEN =
      Set.of("java.lang", "java.util", "javax.management", "javax.management.openmbean");

  private static final ObjectInputFilter QUESTIONS =
      ObjectInputFilter.Config.createFilter("java.lang.*;java.util.*;javax.management.**;!*");

  private static final int LONGEST_QUESTION = 1 << 24;
  private static final long PATIENCE_MILLIS = 30_000;

  private final byte[] word;
  private final MBeanServerConnection beans;

  private BeanRelay(String word, MBeanServerConnection beans) {
    this.word = word.getBytes(StandardCharsets.US_ASCII);
    this.beans = beans;
  }

  /**
   * Begins to listen, for so many connections or half a minute.
   *
   * @param text word, number of connections and path of the socket, with commas in between
   */
  static void open(String text) throws IOException {
    String[] parts = text.split(",", 3);
    int connections = Integer.parseInt(parts[1]);
    BeanRelay relay = new BeanRelay(parts[0], ManagementFactory.getPlatformMBeanServer());
    ServerSocketChannel door = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      door.bind(UnixDomainSocketAddress.of(parts[2]));
      door.configureBlocking(false);
    } catch (IOException | RuntimeException e) {
      door.close();
      throw e;
    }
    start("stranded-relay", () -> relay.accept(door, connections));
  }

  /** A thread that keeps nothing alive, and has nothing of the one that starts it. */
  private static void start(String name, Runnable work) {
    Thread thread = new Thread(null, work, name, 0, /* inheritThreadLocals= */ false);
    thread.setDaemon(true);
    thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
    thread.start();
  }

  private void accept(ServerSocketChannel door, int connections) {
    long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    try (door;
        Selector selector = Selector.open()) {
      door.register(selector, SelectionKey.OP_ACCEPT);
      for (int accepted = 0; accepted < connections; ) {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return;
        }
        selector.select(left);
        selector.selectedKeys().clear();
        SocketChannel connection = door.accept();
        if (connection != null) {
          start("stranded-relay-" + ++accepted, () -> answer(connection));
        }
      }
    } catch (Throwable e) {
      // The tool sees that there is nobody; the application must not.
    }
  }

  private void answer(SocketChannel connection) {
    try (connection) {
      DataInputStream in =
          new DataInputStream(new BufferedInputStream(Channels.newInputStream(connection)));
      write(connection, ByteBuffer.wrap(word));
      while (true) {
        int length = in.readInt();
        if (length < 0 || length > LONGEST_QUESTION) {
          return;
        }
        byte[] answer = answer(in.readNBytes(length));
        write(connection, ByteBuffer.allocate(Integer.BYTES).putInt(answer.length).flip());
        write(connection, ByteBuffer.wrap(answer));
      }
    } catch (Throwable e) {
      // The tool has ended.
    }
  }

  private static void write(SocketChannel connection, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      connection.write(bytes);
    }
  }

  private byte[] answer(byte[] question) throws IOException, ClassNotFoundException {
    Object[] asked;
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(question))) {
      in.setObjectInputFilter(QUESTIONS);
      asked = (Object[]) in.readObject();
    }
    try {
      return bytes(/* returned= */ true, call((String) asked[0], (Object[]) asked[1]));
    } catch (Throwable e) {
      return failure(e);
    }
  }

  private Object call(String name, Object[] arguments) throws Throwable {
    for (Method method : MBeanServerConnection.class.getMethods()) {
      if (METHODS.contains(name)
          && method.getName().equals(name)
          && method.getParameterCount() == arguments.length) {
        try {
          return method.invoke(beans, arguments);
        } catch (InvocationTargetException e) {
          throw e.getCause();
        }
      }
    }
    throw new UnsupportedOperationException(name);
  }

  /** As it is if the tool takes it, else in words. */
  private static byte[] failure(Throwable thrown) throws IOException {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    if (isTaken(thrown)) {
      try {
        return bytes(/* returned= */ false, thrown);
      } catch (IOException e) {
        // It has something that is not to be serialized.
      }
    }
    return bytes(/* returned= */ false, new JMRuntimeException(root.toString()));
  }

  private static boolean isTaken(Throwable thrown) {
    boolean taken = thrown instanceof Exception && thrown.getSuppressed().length == 0;
    for (Throwable cause = thrown; taken && cause != null; cause = cause.getCause()) {
      Class<?> type = cause.getClass();
      taken = type.getClassLoader() == null && TAKEN.contains(type.getPackageName());
    }
    return taken;
  }

  private static byte[] bytes(boolean returned, Object value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new Object[] {returned, value});
    }
    return bytes.toByteArray();
  }
}
