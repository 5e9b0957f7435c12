/** The hand-off desk: conversations that wait or are with officers, and tickets. */
import { h } from "@heza/widget/dom";
import { duty } from "../desk/duty";
import { QueueList } from "../desk/queue";
import { Talk } from "../desk/talk";
import { TicketList, TicketView } from "../desk/tickets";
import { loadUnits } from "../desk/units";
import { words } from "../desk/words";
import type { Page, Visit } from "../pages";
import { address, type Route } from "../router";

export const page: Page = {
  name: "desk",
  permission: "desk",
  place: 30,
  icon: "person",
  title: () => words().title,
  mount(visit) {
    const desk = new DeskPage(visit);
    return { update: (route) => desk.show(route), unmount: () => desk.leave() };
  },
};

class DeskPage {
  readonly #queue = new QueueList();
  readonly #tickets: TicketList;
  readonly #tabs = h("nav", { class: "views", "aria-label": words().views });
  readonly #presence = h("div", { class: "presence" });
  readonly #list = h("div", { class: "desk-list" });
  readonly #detail = h("div", { class: "desk-detail" });
  #talk: Talk | null = null;
  #route: Route;
  #drawn = "";

  constructor(private readonly visit: Visit) {
    const t = words();
    this.#route = visit.route;
    this.#tickets = new TicketList(visit);
    visit.main.append(
      h("div", { class: "desk-bar" }, this.#tabs, this.#presence),
      h("div", { class: "desk-columns" }, this.#list, this.#detail),
    );
    duty.watch(() => this.#changed(), visit.signal, true);
    const ticking = setInterval(() => this.#queue.tick(), 1000);
    visit.signal.addEventListener("abort", () => clearInterval(ticking));
    visit.shortcut("t", t.shortcutClaim, () => this.#claimNext());
    if (duty.on === null) duty.set(true);
    this.#changed();
    this.show(visit.route);
    // Names of units come later than the rest and are put in then.
    void loadUnits(visit.api, visit.signal).then(() => this.show(this.#route), visit.complain);
  }

  leave(): void {
    this.#talk?.leave();
  }

  /** Show what an address is about. */
  show(route: Route): void {
    this.#route = route;
    const [view = "", id = null] = route.parts;
    if (view === "tickets") this.#showTickets(id);
    else this.#showTalks(view === "talk" ? id : null);
    this.#drawTabs(view === "tickets");
  }

  #showTalks(id: string | null): void {
    this.#list.replaceChildren(this.#queue.element);
    this.#queue.select(id);
    if (id === null) {
      this.#talk?.leave();
      this.#talk = null;
      this.#detail.replaceChildren(h("p", { class: "empty" }, words().choose));
    } else if (this.#talk?.id !== id) {
      this.#talk?.leave();
      this.#talk = new Talk(this.visit, id);
      this.#detail.replaceChildren(this.#talk.element);
    } else if (!this.#talk.element.isConnected) this.#detail.replaceChildren(this.#talk.element);
  }

  #showTickets(id: string | null): void {
    if (!this.#tickets.element.isConnected) {
      this.#list.replaceChildren(this.#tickets.element);
      void this.#tickets.look();
    }
    this.#tickets.select(id);
    const view = id === null ? null : new TicketView(this.visit, id, () => void this.#tickets.look());
    this.#detail.replaceChildren(view?.element ?? h("p", { class: "empty" }, words().chooseTicket));
  }

  async #claimNext(): Promise<void> {
    const [next] = duty.waiting;
    if (!next) return this.visit.announce(words().nobodyWaits);
    this.visit.go(address("desk", ["talk", next.id]));
    this.#showTalks(next.id);
    await this.#talk?.claim();
  }

  #changed(): void {
    this.#queue.draw();
    this.#drawTabs(this.#route.parts[0] === "tickets");
    const { queue, on } = duty;
    const state = JSON.stringify([queue?.open, queue?.hours, queue?.present, on]);
    if (state === this.#drawn) return;
    this.#drawn = state;
    this.#presence.replaceChildren(...this.#presenceParts());
  }

  #drawTabs(tickets: boolean): void {
    const t = words();
    const count = duty.waiting.length + duty.mine.length;
    const tab = (name: string, to: string, current: boolean) =>
      h("a", { href: to, "aria-current": current ? "true" : null }, name);
    const state = `${count} ${tickets}`;
    if (this.#tabs.dataset.state === state) return;
    this.#tabs.dataset.state = state;
    this.#tabs.replaceChildren(
      tab(count ? `${t.talks} (${count})` : t.talks, address("desk"), !tickets),
      tab(t.tickets, address("desk", ["tickets"]), tickets),
    );
  }

  #presenceParts(): Node[] {
    const t = words();
    const { queue } = duty;
    const toggle = h(
      "button",
      { type: "button", class: "duty", "aria-pressed": String(Boolean(duty.on)), title: t.dutyHint },
      duty.on ? t.onDuty : t.offDuty,
    );
    toggle.addEventListener("click", () => {
      duty.set(!duty.on);
      this.#presence.querySelector<HTMLElement>(".duty")?.focus();
    });
    if (!queue) return [toggle];
    if (!queue.hours) return [h("p", { class: "notice warns" }, t.noDesk), toggle];
    const there = queue.present.join(", ") || t.nobody;
    const state = h("span", { class: `tag ${queue.open ? "good" : "warns"}` }, queue.open ? t.open : t.shut);
    const lines = [`${t.hours}: ${queue.hours}`, `${t.present}: ${there}`];
    return [h("p", { class: "muted" }, state, " ", lines.join(" · ")), toggle];
  }
}
