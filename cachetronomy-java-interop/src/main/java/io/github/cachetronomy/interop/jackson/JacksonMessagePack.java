package io.github.cachetronomy.interop.jackson;

import com.fasterxml.jackson.annotation.JsonFormat;
import io.github.cachetronomy.core.serialization.Formats;
import io.github.cachetronomy.core.spi.ValueType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessageFormat;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePacker;
import org.msgpack.core.MessageUnpacker;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * MessagePack, by way of a tree. It has no decimal numbers, so a BigDecimal is written as text; nor
 * has it whole numbers beyond 64 bits, and a value that holds one cannot be written.
 */
final class JacksonMessagePack extends JacksonSerializer {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  JacksonMessagePack() {
    super(Formats.MSGPACK);
  }

  @Override
  ObjectMapper mapper() {
    return Lazy.MAPPER;
  }

  private static final class Lazy {
    static final ObjectMapper MAPPER =
        StrictMapper.build(
            JsonMapper.builder()
                .withConfigOverride(
                    BigDecimal.class,
                    type -> type.setFormat(JsonFormat.Value.forShape(JsonFormat.Shape.STRING)))
                .withCoercionConfig(
                    BigDecimal.class,
                    type ->
                        type.setCoercion(CoercionInputShape.String, CoercionAction.TryConvert)));
  }

  @Override
  public byte[] encode(@Nullable Object value, ValueType type) {
    JsonNode tree = writer(type).valueToTree(value);
    try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
      pack(tree, packer);
      return packer.toByteArray();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  @Override
  public @Nullable Object decode(byte[] bytes, ValueType type) {
    try (MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(bytes)) {
      JsonNode tree = unpack(unpacker, bytes.length);
      if (unpacker.hasNext()) {
        throw new IllegalArgumentException("bytes follow the value");
      }
      return reader(type).readValue(tree);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void pack(JsonNode node, MessagePacker packer) throws IOException {
    switch (node.getNodeType()) {
      case NULL -> packer.packNil();
      case BOOLEAN -> packer.packBoolean(node.booleanValue());
      case STRING -> packer.packString(node.stringValue());
      case NUMBER -> packNumber(node, packer);
      case BINARY -> {
        byte[] bytes = node.binaryValue();
        packer.packBinaryHeader(bytes.length);
        packer.writePayload(bytes);
      }
      case ARRAY -> {
        packer.packArrayHeader(node.size());
        for (JsonNode element : node) {
          pack(element, packer);
        }
      }
      case OBJECT -> {
        packer.packMapHeader(node.size());
        for (Map.Entry<String, JsonNode> property : node.properties()) {
          packer.packString(property.getKey());
          pack(property.getValue(), packer);
        }
      }
      default -> throw new IllegalArgumentException("no MessagePack for " + node.getNodeType());
    }
  }

  private static void packNumber(JsonNode node, MessagePacker packer) throws IOException {
    switch (node.numberType()) {
      case INT, LONG -> packer.packLong(node.longValue());
      case BIG_INTEGER -> packer.packBigInteger(node.bigIntegerValue());
      case FLOAT -> packer.packFloat(node.floatValue());
      case DOUBLE -> packer.packDouble(node.doubleValue());
      case BIG_DECIMAL -> throw new IllegalArgumentException("MessagePack has no decimal numbers");
    }
  }

  private static JsonNode unpack(MessageUnpacker unpacker, int length) throws IOException {
    MessageFormat format = unpacker.getNextFormat();
    return switch (format.getValueType()) {
      case NIL -> {
        unpacker.unpackNil();
        yield NODES.nullNode();
      }
      case BOOLEAN -> NODES.booleanNode(unpacker.unpackBoolean());
      case INTEGER -> unpackInteger(unpacker);
      case FLOAT ->
          format == MessageFormat.FLOAT32
              ? NODES.numberNode(unpacker.unpackFloat())
              : NODES.numberNode(unpacker.unpackDouble());
      case STRING -> NODES.stringNode(unpacker.unpackString());
      case BINARY -> NODES.binaryNode(unpackBinary(unpacker, length));
      case ARRAY -> {
        ArrayNode array = NODES.arrayNode();
        for (int i = unpacker.unpackArrayHeader(); i > 0; i--) {
          array.add(unpack(unpacker, length));
        }
        yield array;
      }
      case MAP -> {
        ObjectNode object = NODES.objectNode();
        for (int i = unpacker.unpackMapHeader(); i > 0; i--) {
          object.set(unpacker.unpackString(), unpack(unpacker, length));
        }
        yield object;
      }
      case EXTENSION -> throw new IllegalArgumentException("a MessagePack extension");
    };
  }

  /** In the smallest class that holds it, as JSON's numbers are read. */
  private static JsonNode unpackInteger(MessageUnpacker unpacker) throws IOException {
    BigInteger number = unpacker.unpackBigInteger();
    if (number.bitLength() < Integer.SIZE) {
      return NODES.numberNode(number.intValue());
    }
    return number.bitLength() < Long.SIZE
        ? NODES.numberNode(number.longValue())
        : NODES.numberNode(number);
  }

  /** The header is not believed before the array is made: there may be less than it says. */
  private static byte[] unpackBinary(MessageUnpacker unpacker, int length) throws IOException {
    int size = unpacker.unpackBinaryHeader();
    if (size > length - unpacker.getTotalReadBytes()) {
      throw new IllegalArgumentException("a binary of " + size + " bytes in a value of " + length);
    }
    return unpacker.readPayload(size);
  }
}
