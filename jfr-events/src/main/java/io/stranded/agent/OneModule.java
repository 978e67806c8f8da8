package io.stranded.agent;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.util.Optional;
import java.util.Set;

/** The agent's module for those who look for it; its loader alone can read it. */
final class OneModule implements ModuleFinder {
  private final ModuleReference module;

  OneModule(ModuleDescriptor descriptor) {
    module =
        new ModuleReference(descriptor, /* location= */ null) {
          @Override
          public ModuleReader open() {
            throw new UnsupportedOperationException();
          }
        };
  }

  @Override
  public Optional<ModuleReference> find(String name) {
    return name.equals(module.descriptor().name()) ? Optional.of(module) : Optional.empty();
  }

  @Override
  public Set<ModuleReference> findAll() {
    return Set.of(module);
  }
}
