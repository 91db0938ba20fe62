import type { LocalizedText } from "../../contract/language"

/** What the client, the network and Node say, by error name or by `code`. */
export const clientHints: Readonly<Record<string, LocalizedText>> = {
  ECONNREFUSED: {
    en: "Nobody listens at that address. Is the broker killed or stopped? Start it again, or restart the cluster.",
    zh: "该地址没有进程在监听。broker 是否被终止或停止？重新启动它，或重启集群。",
  },
  ENOTFOUND: {
    en: "The host name is unknown. Check the bootstrap address, and the broker's advertised.listeners.",
    zh: "主机名无法解析。检查 bootstrap 地址，以及 broker 的 advertised.listeners。",
  },
  ETIMEDOUT: {
    en: "Nothing answered in time. Check address, port and firewall.",
    zh: "在限定时间内没有响应。检查地址、端口和防火墙。",
  },
  KafkaJSConnectionError: {
    en: "The connection to a broker could not be made or was lost. Look at the topology: is the broker running and its link not cut?",
    zh: "无法连接 broker 或连接中断。看拓扑图：broker 是否在运行、链路是否被切断？",
  },
  KafkaJSConnectionClosedError: {
    en: "The broker closed the connection. It may have stopped, or refused what was sent (a listener with TLS, for example).",
    zh: "broker 关闭了连接。它可能已停止，或拒绝了所发内容（例如该监听器要求 TLS）。",
  },
  KafkaJSRequestTimeoutError: {
    en: "The broker took the request and did not answer in time: it is paused, overloaded, or its answer was lost.",
    zh: "broker 收到请求但没有按时回复：它可能被暂停、过载，或回复丢失。",
  },
  KafkaJSNumberOfRetriesExceeded: {
    en: "Every attempt failed; the cause of the last one is what matters. Raise `retries` only if the cause goes away by itself.",
    zh: "所有重试都失败了；要看最后一次的原因。只有原因会自行消失时，才值得加大 retries。",
  },
  KafkaJSSASLAuthenticationError: {
    en: "The broker refused the login. Check mechanism, user name and password.",
    zh: "broker 拒绝登录。检查认证机制、用户名和密码。",
  },
  KafkaJSGroupCoordinatorNotFound: {
    en: "No broker leads the partition of __consumer_offsets that this group belongs to. Are enough brokers up?",
    zh: "该消费者组所属的 __consumer_offsets 分区没有领导者。在线的 broker 是否足够？",
  },
  KafkaJSNotImplemented: {
    en: "kafkajs does not do this. The kit's request() reaches every Kafka API.",
    zh: "kafkajs 没有实现此功能。可用 kit 的 request() 调用任何 Kafka API。",
  },
  GuardError: {
    en: "Other people use this cluster. Name topics and groups by topic(\"…\") and group(\"…\"), which put your prefix before them, or run the lesson on the embedded cluster.",
    zh: "这个集群还有别人在用。请用 topic(\"…\") 和 group(\"…\") 来命名主题和消费者组，它们会加上你的前缀；或在内嵌集群上运行本课。",
  },
  StoreUnavailableError: {
    en: "SQLite is part of Node since 22.13, but not of every VS Code. Update VS Code, or run the lesson with `logbook run` on Node; all cells that need no store run here.",
    zh: "SQLite 从 Node 22.13 起是 Node 的一部分，但并非每个 VS Code 都带有它。请更新 VS Code，或在 Node 上用 `logbook run` 运行本课；不需要存储的单元格在这里都能运行。",
  },
  ReferenceError: {
    en: "The name is not declared yet. Run the earlier cells first, or check the spelling.",
    zh: "这个名字还没有声明。先运行前面的单元格，或检查拼写。",
  },
}
