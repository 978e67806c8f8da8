package io.stranded.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.ByteBufferOutputStream;

/** Packs and unpacks a text in every way that Kafka knows, and prints which came back whole. */
final class Compressions {
  private static final byte MAGIC = 2;

  private Compressions() {}

  public static void main(String[] args) throws Exception {
    byte[] text = "a text that is packed, packed and packed".getBytes(StandardCharsets.UTF_8);
    for (CompressionType type : CompressionType.values()) {
      Compression compression = Compression.of(type).build();
      ByteBufferOutputStream packed = new ByteBufferOutputStream(1024);
      try (OutputStream out = compression.wrapForOutput(packed, MAGIC)) {
        out.write(text);
      }
      packed.buffer().flip();
      try (InputStream in =
          compression.wrapForInput(packed.buffer(), MAGIC, BufferSupplier.NO_CACHING)) {
        if (Arrays.equals(in.readAllBytes(), text)) {
          System.out.println(type.name);
        }
      }
    }
  }
}
