import { createRouter, createWebHistory } from 'vue-router';
import WallPage from './wall/WallPage.vue';

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', name: 'wall', component: WallPage },
    { path: '/cases/:id', name: 'case', component: () => import('./case/CasePage.vue'), props: true },
    { path: '/:rest(.*)*', name: 'nowhere', component: () => import('./parts/NoPage.vue') },
  ],
});
