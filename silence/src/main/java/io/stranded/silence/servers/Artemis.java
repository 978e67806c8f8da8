package io.stranded.silence.servers;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.nio.file.Path;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/** Apache ActiveMQ Artemis with its journal. */
final class Artemis {
  private Artemis() {}

  static Clients start(Path directory) throws Exception {
    String url = "tcp://127.0.0.1:" + FreePort.next();
    Configuration configuration = new ConfigurationImpl();
    configuration.setBrokerInstance(directory.toFile());
    configuration
        .setSecurityEnabled(false)
        .setJournalType(JournalType.NIO)
        .setJournalDirectory(directory.resolve("journal").toString())
        .setBindingsDirectory(directory.resolve("bindings").toString())
        .setPagingDirectory(directory.resolve("paging").toString())
        .setLargeMessagesDirectory(directory.resolve("large").toString())
        .addAcceptorConfiguration("tcp", url);
    new EmbeddedActiveMQ().setConfiguration(configuration).start();
    return number -> {
      ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(url);
      return number % 2 == 0 ? producer(factory) : consumer(factory);
    };
  }

  private static Client producer(ActiveMQConnectionFactory factory) throws JMSException {
    Connection connection = factory.createConnection();
    Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
    Queue queue = session.createQueue("numbers");
    MessageProducer producer = session.createProducer(queue);
    return new Client() {
      @Override
      public void request() throws JMSException {
        producer.send(session.createTextMessage("one"));
      }

      @Override
      public void end() throws JMSException {
        connection.close();
        factory.close();
      }
    };
  }

  private static Client consumer(ActiveMQConnectionFactory factory) throws JMSException {
    Connection connection = factory.createConnection();
    connection.start();
    Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
    MessageConsumer consumer = session.createConsumer(session.createQueue("numbers"));
    return new Client() {
      @Override
      public void request() throws JMSException {
        consumer.receive(100);
      }

      @Override
      public void end() throws JMSException {
        connection.close();
        factory.close();
      }
    };
  }
}
