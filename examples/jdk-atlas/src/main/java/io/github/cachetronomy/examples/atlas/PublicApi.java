package io.github.cachetronomy.examples.atlas;

import static org.objectweb.asm.Opcodes.ACC_PUBLIC;
import static org.objectweb.asm.Opcodes.ACC_SYNTHETIC;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Counts what a module offers to everyone: the public types of its packages that are exported to
 * all, and the public methods they declare. Constructors and what the compiler added do not count.
 */
final class PublicApi {
  private static final int HEADERS_ONLY =
      ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES;

  private final Set<String> exportedPackages;
  private final Map<String, Header> headers = new HashMap<>();

  PublicApi(Set<String> exportedPackages) {
    this.exportedPackages = exportedPackages;
  }

  void add(byte[] classFile) {
    Header header = new Header();
    new ClassReader(classFile).accept(header, HEADERS_ONLY);
    headers.put(header.name, header);
  }

  int types() {
    return (int) visible().count();
  }

  int methods() {
    return visible().mapToInt(header -> header.publicMethods).sum();
  }

  private Stream<Header> visible() {
    return headers.values().stream()
        .filter(header -> exportedPackages.contains(header.packageName()) && isReachable(header));
  }

  /** A member type is out of reach when one of the types around it is. */
  private boolean isReachable(Header header) {
    return isOpen(header.access)
        && (header.outer == null || isReachable(headers.get(header.outer)));
  }

  private static boolean isOpen(int access) {
    return (access & ACC_PUBLIC) != 0 && (access & ACC_SYNTHETIC) == 0;
  }

  private static final class Header extends ClassVisitor {
    String name;
    String outer;
    int access;
    int publicMethods;

    Header() {
      super(Opcodes.ASM9);
    }

    String packageName() {
      return name.substring(0, Math.max(name.lastIndexOf('/'), 0)).replace('/', '.');
    }

    @Override
    public void visit(
        int version,
        int access,
        String name,
        String signature,
        String parent,
        String[] interfaces) {
      this.name = name;
      this.access = access;
    }

    /** A protected member type calls itself public; the flags given here are the declared ones. */
    @Override
    public void visitInnerClass(String name, String outer, String simpleName, int access) {
      if (name.equals(this.name)) {
        this.outer = outer;
        this.access = access;
      }
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      if (isOpen(access) && !name.equals("<init>")) {
        publicMethods++;
      }
      return null;
    }
  }
}
