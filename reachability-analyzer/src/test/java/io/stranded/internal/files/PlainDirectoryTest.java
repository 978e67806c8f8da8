package io.stranded.internal.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlainDirectoryTest {
  @TempDir Path directory;

  @Test
  void doesByPathWhatOthersDoByHandle() throws IOException {
    Files.createDirectory(directory.resolve("inner"));
    try (PlainDirectory plain = new PlainDirectory(directory);
        SecureDirectoryStream<Path> inner = plain.newDirectoryStream(Path.of("inner"))) {
      Path name = Path.of("file");
      try (SeekableByteChannel out =
          plain.newByteChannel(
              name, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
        out.write(ByteBuffer.wrap(new byte[3]));
      }
      assertThat(
              plain
                  .getFileAttributeView(name, BasicFileAttributeView.class)
                  .readAttributes()
                  .size())
          .isEqualTo(3);
      plain.move(name, inner, Path.of("moved"));
      assertThat(directory.resolve("inner").resolve("moved")).exists();
      inner.deleteFile(Path.of("moved"));
      plain.deleteDirectory(Path.of("inner"));
      assertThat(
              plain
                  .getFileAttributeView(BasicFileAttributeView.class)
                  .readAttributes()
                  .isDirectory())
          .isTrue();
      assertThat(directory).isEmptyDirectory();
    }
  }
}
