/**
 * Messages of TensorBoard to its plugins: JSON over a MessagePort, with replies.
 * Its library for them is not published.
 */

interface Message {
  readonly type: string;
  readonly id: number;
  readonly isReply?: boolean;
}

export function listen(target: Window, handlers: Readonly<Record<string, () => void>>): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = (event: MessageEvent<string>) => {
    const { type, id, isReply } = JSON.parse(event.data) as Message;
    if (isReply) return;
    handlers[type]?.();
    port1.postMessage(JSON.stringify({ type, id, payload: null, error: null, isReply: true }));
  };
  target.postMessage('experimental.bootstrap', '*', [port2]);
}
