/** The beginning. */
import "@heza/widget/shared.css";
import "./styles/frame.css";
import "./styles/parts.css";
import "./styles/desk.css";
import "./styles/reports.css";
import { Console } from "./app";
import { applyTheme } from "./theme";
import { registerWorker } from "./worker-registration";

applyTheme();
void new Console().start();
void registerWorker().catch(() => undefined);
