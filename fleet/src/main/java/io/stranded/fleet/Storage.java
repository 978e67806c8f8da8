package io.stranded.fleet;

import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.Stores;

/** Where an instance keeps its part of the state. Kafka has all of it, whichever it is. */
enum Storage {
  /** On the Java heap; read back from Kafka at every start. */
  MEMORY {
    @Override
    KeyValueBytesStoreSupplier keyValueStore(String name) {
      return Stores.inMemoryKeyValueStore(name);
    }
  },

  /** In RocksDB, in the state directory; after a restart only what is new is read from Kafka. */
  DISK {
    @Override
    KeyValueBytesStoreSupplier keyValueStore(String name) {
      return Stores.persistentKeyValueStore(name);
    }
  };

  abstract KeyValueBytesStoreSupplier keyValueStore(String name);
}
